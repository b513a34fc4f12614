package dev.tablewalk.ingest.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Guest RAM under construction: only what was written is held, and only that reaches the file. */
final class RamImage {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private final RamRuns ram;
    private final Map<Long, ByteBuffer> chunks = new HashMap<>();

    RamImage(RamRuns ram) {
        this.ram = ram;
    }

    void putU8(long pa, int value) {
        chunk(pa).put((int) (pa & (CHUNK - 1)), (byte) value);
    }

    void putU32(long pa, int value) {
        requireAligned(pa, 4);
        chunk(pa).putInt((int) (pa & (CHUNK - 1)), value);
    }

    void putU64(long pa, long value) {
        requireAligned(pa, 8);
        chunk(pa).putLong((int) (pa & (CHUNK - 1)), value);
    }

    long getU64(long pa) {
        requireAligned(pa, 8);
        return chunk(pa).getLong((int) (pa & (CHUNK - 1)));
    }

    void putBytes(long pa, byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            int at = (int) ((pa + done) & (CHUNK - 1));
            int length = Math.min(bytes.length - done, CHUNK - at);
            chunk(pa + done).put(at, bytes, done, length);
            done += length;
        }
    }

    private static void requireAligned(long pa, int bytes) {
        if (pa % bytes != 0) {
            throw new IllegalArgumentException("not aligned: 0x" + Long.toHexString(pa));
        }
    }

    private ByteBuffer chunk(long pa) {
        long offset = ram.offset(pa);
        if (offset < 0) {
            throw new IllegalArgumentException("outside RAM: 0x" + Long.toHexString(pa));
        }
        return chunks.computeIfAbsent(
                offset >>> CHUNK_SHIFT,
                n -> ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Writes a sparse file of the RAM's size. */
    void write(Path path) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            for (Map.Entry<Long, ByteBuffer> chunk : chunks.entrySet()) {
                put(file, chunk.getValue().duplicate().rewind(), chunk.getKey() << CHUNK_SHIFT);
            }
            if (file.size() < ram.size()) {
                put(file, ByteBuffer.allocate(1), ram.size() - 1);
            }
        }
    }

    private static void put(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }
}
