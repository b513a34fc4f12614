package dev.tablewalk.ingest.capture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An open file, for what Linux can do with one and Java does not offer: share another's blocks
 * ({@code ioctl_ficlonerange(2)}), give a range back ({@code fallocate(2)}), {@code flock(2)}.
 */
final class LinuxFile implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;

    /** {@code _IOW(0x94, 13, struct file_clone_range)} of {@code linux/fs.h}. */
    private static final long FICLONERANGE = 0x4020940dL;

    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private static final Optional<MethodHandle> OPEN =
            find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final Optional<MethodHandle> CLOSE =
            find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final Optional<MethodHandle> IOCTL =
            find(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));
    private static final Optional<MethodHandle> FALLOCATE =
            find(
                    "fallocate",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final Optional<MethodHandle> FLOCK =
            find("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** -1 where the system has no such calls; all that is asked of it then fails. */
    private final int descriptor;

    private LinuxFile(int descriptor) {
        this.descriptor = descriptor;
    }

    private static Optional<MethodHandle> find(
            String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .map(f -> Linker.nativeLinker().downcallHandle(f, type, options));
    }

    /** Opens a file that exists, to be written to or not. */
    static LinuxFile open(Path file, boolean write) throws IOException {
        if (OPEN.isEmpty()) {
            return new LinuxFile(-1);
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor =
                    (int)
                            OPEN.get()
                                    .invokeExact(
                                            arena.allocateFrom(file.toString()),
                                            (write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
            if (descriptor < 0) {
                throw new IOException("cannot open " + file);
            }
            return new LinuxFile(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("open", e);
        }
    }

    /**
     * Makes a range of this file share the blocks of another's; they part when one is written to.
     *
     * @return false if the file system cannot, or not at these offsets: multiples of its blocks
     */
    boolean cloneRange(LinuxFile from, long fromOffset, long length, long offset) {
        if (IOCTL.isEmpty() || descriptor < 0 || from.descriptor < 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(32, 8);
            range.set(JAVA_LONG, 0, from.descriptor);
            range.set(JAVA_LONG, 8, fromOffset);
            range.set(JAVA_LONG, 16, length);
            range.set(JAVA_LONG, 24, offset);
            return (int) IOCTL.get().invokeExact(descriptor, FICLONERANGE, range) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl", e);
        }
    }

    /**
     * Makes a hole of a range; it reads as zero.
     *
     * @return false if the file system cannot
     */
    boolean punch(long offset, long length) {
        if (FALLOCATE.isEmpty() || descriptor < 0) {
            return false;
        }
        try {
            return (int)
                            FALLOCATE
                                    .get()
                                    .invokeExact(
                                            descriptor,
                                            FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                            offset,
                                            length)
                    == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("fallocate", e);
        }
    }

    /**
     * Locks it, until it is closed or this process ends, however it ends.
     *
     * @return false if another has it, or the file system has no locks
     */
    boolean lock() {
        if (FLOCK.isEmpty() || descriptor < 0) {
            return false;
        }
        try {
            return (int) FLOCK.get().invokeExact(descriptor, LOCK_EX | LOCK_NB) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("flock", e);
        }
    }

    @Override
    public void close() {
        if (CLOSE.isPresent() && descriptor >= 0) {
            try {
                int ignored = (int) CLOSE.get().invokeExact(descriptor);
            } catch (Throwable e) {
                throw new IllegalStateException("close", e);
            }
        }
    }
}
