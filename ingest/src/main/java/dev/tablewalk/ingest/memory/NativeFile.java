package dev.tablewalk.ingest.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** The two C library calls that Java does not offer: {@code lseek(2)} and {@code madvise(2)}. */
final class NativeFile {
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int MADV_DONTNEED = 4;

    private static final Optional<MethodHandle> OPEN =
            find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final Optional<MethodHandle> LSEEK =
            find("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final Optional<MethodHandle> CLOSE =
            find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final Optional<MethodHandle> MADVISE =
            find("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private NativeFile() {}

    private static Optional<MethodHandle> find(String name, FunctionDescriptor type) {
        SymbolLookup library = Linker.nativeLinker().defaultLookup();
        return library.find(name).map(f -> Linker.nativeLinker().downcallHandle(f, type));
    }

    /** Receives one extent of a file that holds data. */
    interface Extent {
        void data(long offset, long end);
    }

    /**
     * Lists where the file holds data, by {@code SEEK_DATA} and {@code SEEK_HOLE}.
     *
     * @return false if the system cannot tell; nothing, or a first part, was listed then
     */
    static boolean dataExtents(Path file, long size, Extent to) throws IOException {
        if (OPEN.isEmpty() || LSEEK.isEmpty() || CLOSE.isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) OPEN.get().invokeExact(arena.allocateFrom(file.toString()), 0);
            if (fd < 0) {
                return false;
            }
            try {
                return seek(LSEEK.get(), fd, size, to);
            } finally {
                int ignored = (int) CLOSE.get().invokeExact(fd);
            }
        } catch (Throwable e) {
            throw new IOException("cannot list the extents of " + file, e);
        }
    }

    private static boolean seek(MethodHandle lseek, int fd, long size, Extent to) throws Throwable {
        long at = 0;
        while (at < size) {
            long data = (long) lseek.invokeExact(fd, at, SEEK_DATA);
            if (data < at) { // ENXIO: nothing but a hole from here on
                return at > 0 || holeOnly(lseek, fd);
            }
            long hole = (long) lseek.invokeExact(fd, data, SEEK_HOLE);
            if (hole <= data) {
                return false;
            }
            to.data(data, Math.min(hole, size));
            at = hole;
        }
        return true;
    }

    private static boolean holeOnly(MethodHandle lseek, int fd) throws Throwable {
        return (long) lseek.invokeExact(fd, 0L, SEEK_HOLE) == 0;
    }

    /** Gives the pages of a mapping back to the page cache; they come again when they are read. */
    static void release(MemorySegment mapping) {
        if (MADVISE.isEmpty()) {
            return;
        }
        try {
            int ignored =
                    (int) MADVISE.get().invokeExact(mapping, mapping.byteSize(), MADV_DONTNEED);
        } catch (Throwable e) {
            throw new IllegalStateException("madvise", e);
        }
    }
}
