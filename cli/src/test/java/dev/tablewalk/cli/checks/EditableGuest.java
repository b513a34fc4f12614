package dev.tablewalk.cli.checks;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.types.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** An image that may be written to, read as the kernel in it would. */
final class EditableGuest implements AutoCloseable {
    private final Image image;
    private final FileChannel file;
    private final Kernel kernel;

    /**
     * @param path of a copy: it is changed in place
     */
    EditableGuest(Path path) throws IOException {
        image = Image.openRaw(path);
        file = FileChannel.open(path, StandardOpenOption.WRITE);
        kernel = new KernelFinder(image, List.of(), Progress.NONE).find();
    }

    /** As {@code uname -m} prints it. */
    String architecture() {
        return kernel.architecture().name();
    }

    PageTableFormat format() {
        return kernel.map().format();
    }

    KernelMemory memory() {
        return kernel.memory();
    }

    /** Physical address of a kernel virtual one. */
    long pa(long va) {
        return kernel.memory().pa(va);
    }

    /** Virtual address of a member. */
    long member(long struct, String type, String path) {
        return struct + field(type, path).offset();
    }

    Field field(String type, String path) {
        return kernel.types().member(type, path).orElseThrow(() -> missing(type, path));
    }

    private static IllegalStateException missing(String type, String path) {
        return new IllegalStateException("BTF does not describe " + type + "." + path);
    }

    boolean has(String type, String path) {
        return kernel.types().member(type, path).isPresent();
    }

    /** Virtual address of the {@code struct page} of a frame. */
    long structPage(long pa) {
        int size = kernel.types().structSize("page").orElseThrow();
        long base =
                kernel.architecture()
                        .vmemmap(kernel.info(), kernel.map(), size, kernel::word)
                        .findFirst()
                        .orElseThrow();
        return base + (pa >>> format().pageShift()) * size;
    }

    /** Whether a block of the buddy allocator begins with that frame. */
    boolean isFree(long pa) {
        long buddy = kernel.info().number("PAGE_BUDDY_MAPCOUNT_VALUE").orElseThrow();
        return memory().u32(member(structPage(pa), "page", "page_type")) == (int) buddy;
    }

    /** Sets 8 bytes at a physical address. */
    void u64(long pa, long value) {
        write(pa, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
    }

    /** Sets 4 bytes at a physical address. */
    void u32(long pa, int value) {
        write(pa, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }

    /** Sets bytes at a physical address. */
    void bytes(long pa, byte[] value) {
        write(pa, ByteBuffer.wrap(value));
    }

    private void write(long pa, ByteBuffer bytes) {
        long offset = kernel.memory().physical().fileOffset(pa, bytes.remaining());
        try {
            int n = file.write(bytes, offset);
            if (n != bytes.limit()) {
                throw new IllegalStateException("wrote " + n + " bytes only");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long read(long pa) {
        return kernel.memory().physical().u64(pa);
    }

    /** Takes an entry out of a list, as {@code list_del()} does for its neighbours. */
    void unlink(long list) {
        long next = memory().u64(list);
        long previous = memory().u64(list + 8);
        u64(pa(previous), next);
        u64(pa(next + 8), previous);
    }

    @Override
    public void close() throws IOException {
        file.close();
        image.close();
    }
}
