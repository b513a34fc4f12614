package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The physical memory that the kernel was told of: {@code memblock.memory} of mm/memblock.c, which
 * architectures with {@code ARCH_KEEP_MEMBLOCK} keep, and add to when memory is plugged in. It
 * stands in the kernel's image; kernels without data symbols have it too, and it is told by the
 * names of its two lists.
 */
final class Memblock {
    /** A hundred times what machines have. */
    private static final int MOST_REGIONS = 1 << 14;

    /** How the kernel calls the two kinds of regions. */
    private static final byte[] MEMORY = "memory\0".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] RESERVED = "reserved\0".getBytes(StandardCharsets.US_ASCII);

    private final PhysicalMemory memory;
    private final KernelMap map;
    private final TypeInfo types;
    private final long start;
    private final long end;

    /**
     * A run of memory.
     *
     * @param pa physical address of its first byte
     * @param size bytes
     * @param flags {@code enum memblock_flags}
     */
    record Region(long pa, long size, long flags) {
        long end() {
            return pa + size;
        }
    }

    private Memblock(PhysicalMemory memory, KernelMap map, TypeInfo types, long start, long end) {
        this.memory = memory;
        this.map = map;
        this.types = types;
        this.start = start;
        this.end = end;
    }

    /**
     * Reads its regions, by ascending address.
     *
     * @param symbol its address, if the kernel's symbols have it
     * @param start physical address of the kernel's image
     * @param end physical address behind it
     * @return nothing if the kernel keeps none, or what it keeps makes no sense
     */
    static List<Region> regions(
            PhysicalMemory memory,
            KernelMap map,
            TypeInfo types,
            OptionalLong symbol,
            long start,
            long end) {
        Memblock memblock = new Memblock(memory, map, types, start, end);
        // Where the symbol has something else, the kernel has given it up, as x86's do.
        return (symbol.isPresent()
                        ? memblock.read(symbol.getAsLong() - map.imageOffset())
                        : memblock.search())
                .orElse(List.of());
    }

    /**
     * The flags by which a region is no {@code System RAM} to whoever copies by /proc/iomem, as
     * every subset that there may be; {@code request_standard_resources()},
     * arch/arm64/kernel/setup.c.
     */
    static Set<Long> flagsLeftOut(TypeInfo types) {
        long noMap = types.enumerator("MEMBLOCK_NOMAP").orElse(0);
        long driver = types.enumerator("MEMBLOCK_DRIVER_MANAGED").orElse(0);
        return new LinkedHashSet<>(List.of(0L, noMap, driver, noMap | driver));
    }

    private Optional<List<Region>> search() {
        Optional<Field> name = types.member("memblock", "memory.name");
        Optional<Field> other = types.member("memblock", "reserved.name");
        if (name.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        List<Region> found = new ArrayList<>();
        long apart = (long) other.get().offset() - name.get().offset();
        Words.any(
                memory,
                start,
                end,
                (at, word) -> {
                    if (isInImage(word)
                            && is(word, MEMORY)
                            && memory.contains(at + apart, 8)
                            && is(memory.u64(at + apart), RESERVED)) {
                        read(at - name.get().offset()).ifPresent(found::addAll);
                    }
                    return !found.isEmpty();
                });
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private boolean isInImage(long va) {
        long pa = va - map.imageOffset();
        return pa >= start && pa < end;
    }

    private boolean is(long va, byte[] text) {
        long pa = va - map.imageOffset();
        if (!isInImage(va) || !memory.contains(pa, text.length)) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (memory.u8(pa + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private Optional<List<Region>> read(long pa) {
        Optional<Field> count = types.member("memblock", "memory.cnt");
        Optional<Field> total = types.member("memblock", "memory.total_size");
        Optional<Field> regions = types.member("memblock", "memory.regions");
        Optional<Field> base = types.member("memblock_region", "base");
        Optional<Field> size = types.member("memblock_region", "size");
        Optional<Field> flags = types.member("memblock_region", "flags");
        int step = types.structSize("memblock_region").orElse(0);
        if (count.isEmpty()
                || total.isEmpty()
                || regions.isEmpty()
                || base.isEmpty()
                || size.isEmpty()
                || flags.isEmpty()
                || step == 0) {
            return Optional.empty();
        }
        try {
            long n = memory.u64(pa + count.get().offset());
            long array = memory.u64(pa + regions.get().offset());
            // It begins in the image, and moves to the linear map when it is doubled.
            long at = array - (isInImage(array) ? map.imageOffset() : map.linearOffset());
            if (n <= 0 || n > MOST_REGIONS) {
                return Optional.empty();
            }
            List<Region> list = new ArrayList<>();
            long sum = 0;
            for (int i = 0; i < n; i++, at += step) {
                Region region =
                        new Region(
                                memory.u64(at + base.get().offset()),
                                memory.u64(at + size.get().offset()),
                                Integer.toUnsignedLong(memory.u32(at + flags.get().offset())));
                long before = list.isEmpty() ? 0 : list.getLast().end();
                if (region.pa < before || region.size <= 0 || region.end() < region.pa) {
                    return Optional.empty();
                }
                sum += region.size;
                list.add(region);
            }
            boolean sound =
                    sum == memory.u64(pa + total.get().offset())
                            && list.stream().anyMatch(r -> start >= r.pa && start < r.end());
            return sound ? Optional.of(list) : Optional.empty();
        } catch (MemoryFault e) {
            return Optional.empty();
        }
    }
}
