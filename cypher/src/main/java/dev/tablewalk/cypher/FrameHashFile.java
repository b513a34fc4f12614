package dev.tablewalk.cypher;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * {@value #FILE} in a checkpoint's folder: its {@link FrameHashes}. Little-endian:
 *
 * <pre>
 * u64 magic   u32 version   u32 page shift   u32 runs   u32 frames
 * of each run:    u64 physical address   u32 frames   u32 0
 * of each frame:  u64 hash
 * u32 CRC-32C of all before
 * </pre>
 */
final class FrameHashFile {
    static final String FILE = "frames.hash";

    private static final long MAGIC = 0x4853_4148_4d52_4654L; // "TFRMHASH"
    private static final int VERSION = 1;

    private static final int HEADER = 24;
    private static final int RUN = 16;
    private static final int HASH = 8;
    private static final int CHECKSUM = 4;

    /** Bytes written or read at once; at least what a run takes. */
    private static final int BUFFER = 1 << 16;

    private FrameHashFile() {}

    /** Bytes that it takes. */
    static long size(FrameHashes hashes) {
        return size(hashes.runs().size(), hashes.count());
    }

    private static long size(int runs, int frames) {
        return HEADER + (long) RUN * runs + (long) HASH * frames + CHECKSUM;
    }

    /** Writes it; the folder must not have one yet. */
    static void write(Path folder, FrameHashes hashes) throws IOException {
        try (Out out = new Out(folder.resolve(FILE))) {
            out.room(HEADER).putLong(MAGIC).putInt(VERSION);
            out.room(HEADER).putInt(hashes.pageShift());
            out.room(HEADER).putInt(hashes.runs().size()).putInt(hashes.count());
            for (FrameHashes.Run run : hashes.runs()) {
                out.room(RUN).putLong(run.pa()).putInt(run.pages()).putInt(0);
            }
            long[] some = new long[BUFFER / HASH];
            for (int from = 0; from < hashes.count(); from += some.length) {
                int n = Math.min(some.length, hashes.count() - from);
                for (int i = 0; i < n; i++) {
                    some[i] = hashes.hash(from + i);
                }
                ByteBuffer room = out.room(HASH * n);
                room.asLongBuffer().put(some, 0, n);
                room.position(room.position() + HASH * n);
            }
            out.finish();
        }
    }

    /**
     * Reads it. Cost: a read of all of it, 8 bytes a frame.
     *
     * @param name of the checkpoint, for an error
     * @param pageSize of the checkpoint, in bytes
     * @throws UserError if it is missing, or is not as it was written
     */
    static FrameHashes read(Path folder, String name, long pageSize) {
        try (In in = new In(folder.resolve(FILE))) {
            return parse(in, pageSize);
        } catch (IOException | IllegalArgumentException e) {
            String reason = e instanceof NoSuchFileException ? "it is missing" : e.getMessage();
            throw UserError.input(
                    "checkpoint '"
                            + name
                            + "' is damaged: "
                            + FILE
                            + " cannot be read: "
                            + Text.oneLine(String.valueOf(reason), 160)
                            + "; remove it (tablewalk remove "
                            + name
                            + ") and ingest its image again",
                    e);
        }
    }

    private static FrameHashes parse(In in, long pageSize) throws IOException {
        ByteBuffer header = in.next(HEADER);
        require(header.getLong() == MAGIC, "it does not begin as such a file does");
        int version = header.getInt();
        require(version == VERSION, "its version is " + version);
        int shift = header.getInt();
        require(shift > 0 && shift < 31 && 1L << shift == pageSize, "page shift " + shift);
        int runs = header.getInt();
        int frames = header.getInt();
        // So a wrong number asks for no more memory than the file has bytes.
        require(
                runs >= 0 && frames >= 0 && size(runs, frames) == in.size(),
                in.size() + " bytes do not hold " + runs + " runs and " + frames + " frames");
        List<FrameHashes.Run> list = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < runs; i++) {
            ByteBuffer run = in.next(RUN);
            list.add(new FrameHashes.Run(run.getLong(), run.getInt(), first));
            require(run.getInt() == 0, "run " + i);
            first += list.getLast().pages(); // One that is too large is refused below.
        }
        long[] hashes = new long[frames];
        for (int i = 0; i < frames; ) {
            ByteBuffer some = in.next(HASH);
            int n = Math.min(some.remaining() / HASH, frames - i);
            some.asLongBuffer().get(hashes, i, n);
            some.position(some.position() + HASH * n);
            i += n;
        }
        in.finish();
        return new FrameHashes(shift, list, hashes);
    }

    private static void require(boolean sound, String otherwise) {
        if (!sound) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static final class Out implements AutoCloseable {
        private final FileChannel channel;
        private final ByteBuffer buffer = buffer();
        private final CRC32C checksum = new CRC32C();

        Out(Path file) throws IOException {
            channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        /** The buffer, with room for so many bytes. */
        ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                drain();
            }
            return buffer;
        }

        private void drain() throws IOException {
            buffer.flip();
            checksum.update(buffer.duplicate());
            while (buffer.hasRemaining()) {
                int ignored = channel.write(buffer);
            }
            buffer.clear();
        }

        void finish() throws IOException {
            drain();
            buffer.putInt((int) checksum.getValue());
            drain();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class In implements AutoCloseable {
        private final FileChannel channel;
        private final long size;
        private final ByteBuffer buffer = buffer().limit(0);
        private final CRC32C checksum = new CRC32C();

        In(Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            size = channel.size();
        }

        long size() {
            return size;
        }

        /** The buffer, with so many bytes at least; they count for the checksum once taken. */
        ByteBuffer next(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                count();
                buffer.compact();
                while (buffer.position() < bytes) {
                    if (channel.read(buffer) < 0) {
                        throw new EOFException("it ends early");
                    }
                }
                buffer.flip();
            }
            return buffer;
        }

        /** Takes what was read from the buffer since it was filled into the checksum. */
        private void count() {
            checksum.update(buffer.duplicate().flip());
        }

        void finish() throws IOException {
            ByteBuffer last = next(CHECKSUM);
            count();
            require(last.getInt() == (int) checksum.getValue(), "its checksum is wrong");
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
