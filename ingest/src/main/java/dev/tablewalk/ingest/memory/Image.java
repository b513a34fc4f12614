package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A raw image of guest RAM, mapped read-only as a whole; larger than the heap is fine. */
public final class Image implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment bytes;
    private final DataExtents extents;

    private Image(
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
    public static Image open(Path path) {
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

    private static Image map(Path path, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        boolean mapped = false;
        try {
            long size = channel.size();
            if (size == 0) {
                throw UserError.image(path + " is empty; give the file that holds the guest's RAM");
            }
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            Image image = new Image(path, channel, arena, bytes, DataExtents.of(path, size));
            mapped = true;
            return image;
        } finally {
            if (!mapped) {
                arena.close();
                channel.close();
            }
        }
    }

    private static UserError unreadable(Path path, IOException e) {
        return UserError.input(path + " cannot be read: " + e.getMessage(), e);
    }

    public Path path() {
        return path;
    }

    /** Bytes, holes included. */
    public long size() {
        return bytes.byteSize();
    }

    public DataExtents extents() {
        return extents;
    }

    /** The whole file, little-endian as the guest wrote it. */
    MemorySegment bytes() {
        return bytes;
    }

    /** A copy of at most so many bytes; fewer where the file ends. */
    public byte[] copy(long offset, int most) {
        long length = Math.min(most, bytes.byteSize() - offset);
        return bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Reads a run into a buffer until it is full, by {@code pread(2)}: for what is read once, end
     * to end, that costs less than the page faults of the mapping.
     *
     * @throws UserError if the file cannot be read, or has become shorter
     */
    void read(long offset, ByteBuffer into) {
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

    /** Takes what was read out of this process's resident memory. */
    public void release() {
        NativeFile.release(bytes);
    }

    @Override
    public void close() {
        arena.close();
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
