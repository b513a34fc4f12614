package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file as it stands, mapped read-only as a whole; larger than the heap is fine. A hole reads as
 * zero and is not touched.
 */
public final class MappedBytes implements ImageBytes {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment bytes;
    private final DataExtents extents;

    private MappedBytes(
            Path path, FileChannel channel, Arena arena, MemorySegment bytes, DataExtents extents) {
        this.path = path;
        this.channel = channel;
        this.arena = arena;
        this.bytes = bytes;
        this.extents = extents;
    }

    /**
     * Maps the file. No byte of it is read yet.
     *
     * @throws UserError if it is not a file that can be read, or is empty
     */
    public static MappedBytes open(Path path) {
        if (Files.isDirectory(path)) {
            throw UserError.input(path + " is a folder; give the file that holds the guest's RAM");
        }
        try {
            return map(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw UserError.input(path + " does not exist", e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static MappedBytes map(Path path, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        boolean mapped = false;
        try {
            long size = channel.size();
            if (size == 0) {
                throw UserError.image(path + " is empty; give the file that holds the guest's RAM");
            }
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            MappedBytes image =
                    new MappedBytes(path, channel, arena, bytes, DataExtents.of(path, size));
            mapped = true;
            return image;
        } finally {
            if (!mapped) {
                arena.close();
                channel.close();
            }
        }
    }

    /**
     * Maps a file that has been written by this process. Takes the channel over.
     *
     * @param folder it lies in, for messages
     */
    static MappedBytes of(Path folder, FileChannel channel, DataExtents extents)
            throws IOException {
        Arena arena = Arena.ofShared();
        MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        return new MappedBytes(folder, channel, arena, bytes, extents);
    }

    private static UserError unreadable(Path path, IOException e) {
        return UserError.input(path + " cannot be read: " + e.getMessage(), e);
    }

    @Override
    public long size() {
        return bytes.byteSize();
    }

    @Override
    public boolean holds(long offset, long length) {
        return true;
    }

    @Override
    public boolean any(long offset, long length) {
        return extents.any(offset, length);
    }

    @Override
    public long nextData(long offset) {
        return Math.min(extents.nextData(offset), size());
    }

    @Override
    public long u64(long offset) {
        return extents.any(offset, 8) ? bytes.get(U64, offset) : 0;
    }

    @Override
    public int u32(long offset) {
        return extents.any(offset, 4) ? bytes.get(U32, offset) : 0;
    }

    @Override
    public int u16(long offset) {
        return extents.any(offset, 2) ? bytes.get(U16, offset) & 0xffff : 0;
    }

    @Override
    public int u8(long offset) {
        return extents.any(offset, 1) ? bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xff : 0;
    }

    @Override
    public void read(long offset, long[] into, int at, int count) {
        if (extents.any(offset, 8L * count)) {
            MemorySegment.copy(bytes, U64, offset, into, at, count);
        } else {
            Arrays.fill(into, at, at + count, 0);
        }
    }

    @Override
    public void read(long offset, byte[] into, int at, int length) {
        if (extents.any(offset, length)) {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, into, at, length);
        } else {
            Arrays.fill(into, at, at + length, (byte) 0);
        }
    }

    /**
     * By {@code pread(2)}: for what is read once, end to end, that costs less than the page faults
     * of the mapping.
     *
     * @throws UserError if the file cannot be read, or has become shorter
     */
    @Override
    public void read(long offset, ByteBuffer into) {
        try {
            for (long at = offset; into.hasRemaining(); ) {
                int count = channel.read(into, at);
                if (count < 0) {
                    throw UserError.input(path + " became shorter while it was read");
                }
                at += count;
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public void release() {
        NativeFile.release(bytes);
    }

    /** Does nothing the second time. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
