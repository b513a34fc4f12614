package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A raw image of guest RAM, mapped read-only as a whole; larger than the heap is fine. */
public final class Image implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private final DataExtents extents;

    private Image(Path path, Arena arena, MemorySegment bytes, DataExtents extents) {
        this.path = path;
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
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size == 0) {
                throw UserError.image(path + " is empty; give the file that holds the guest's RAM");
            }
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            return new Image(path, arena, bytes, DataExtents.of(path, size));
        } catch (NoSuchFileException e) {
            arena.close();
            throw UserError.input(path + " does not exist", e);
        } catch (IOException e) {
            arena.close();
            throw UserError.input(path + " cannot be read: " + e.getMessage(), e);
        } catch (UserError e) {
            arena.close();
            throw e;
        }
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

    /** Takes what was read out of this process's resident memory. */
    public void release() {
        NativeFile.release(bytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
