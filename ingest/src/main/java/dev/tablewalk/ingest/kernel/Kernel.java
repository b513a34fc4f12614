package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A kernel that was found and proved.
 *
 * @param types of its structures, from its own BTF or a file
 * @param symbols empty where the kernel's symbol table could not be read
 * @param imagePa physical address of the kernel image's first byte of text
 * @param imageEnd physical address behind the image's last byte
 * @param initTask kernel virtual address of {@code init_task}
 * @param listed that of a task from which the list of tasks can be followed: {@code init_task}, or
 *     another where the image lacks its page
 * @param release {@code uname -r}
 * @param version {@code uname -v}
 */
public record Kernel(
        Architecture architecture,
        KernelMap map,
        KernelMemory memory,
        Vmcoreinfo info,
        TypeInfo types,
        Kallsyms symbols,
        long imagePa,
        long imageEnd,
        long initTask,
        long listed,
        String release,
        String version) {
    /** The 8 bytes under a symbol, if it is known and they can be read. */
    public OptionalLong word(String symbol) {
        OptionalLong va = symbols.address(symbol);
        return va.isPresent() && memory.readable(va.getAsLong(), 8)
                ? OptionalLong.of(memory.u64(va.getAsLong()))
                : OptionalLong.empty();
    }

    /**
     * A member of the struct that a pointer with a symbol points to.
     *
     * @return nothing if either is not known, or cannot be read
     */
    OptionalLong member(String pointer, String member) {
        OptionalLong struct = word(pointer);
        Optional<Field> field = types.member(pointer, member);
        if (struct.isEmpty() || field.isEmpty()) {
            return OptionalLong.empty();
        }
        long at = struct.getAsLong() + field.get().offset();
        return memory.readable(at, Math.max(1, field.get().size()))
                ? OptionalLong.of(memory.number(struct.getAsLong(), field.get()))
                : OptionalLong.empty();
    }

    /**
     * The kernel's own address of a byte of RAM: in its image, or else in the linear map. What lies
     * in the image and was for booting only is unmapped there, and used for anything: {@code
     * free_initmem()}.
     */
    public long va(long pa) {
        long inImage = pa + map.imageOffset();
        return pa >= imagePa && pa < imageEnd && memory.readable(inImage, 1)
                ? inImage
                : memory.linear(pa);
    }
}
