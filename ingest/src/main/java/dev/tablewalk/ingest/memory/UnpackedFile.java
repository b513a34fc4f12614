package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file that has no name any more, for what has to be unpacked as a whole: however this process
 * ends, nothing is left of it. Blocks of zeroes take no room.
 */
public final class UnpackedFile {
    /** Bytes that are either written or left as a hole. */
    private static final int BLOCK = 64 << 10;

    /** More than any image has; what unpacks to more is made to harm. */
    private static final long MOST = 1L << 44;

    private static final byte[] ZEROES = new byte[BLOCK];

    private UnpackedFile() {}

    /**
     * Begins one.
     *
     * @throws UserError if there can be no file in the folder
     */
    public static Writer in(Path folder) {
        try {
            Files.createDirectories(folder);
            Path path = Files.createTempFile(folder, ".unpacked-", "");
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
            return new Writer(folder, channel);
        } catch (IOException e) {
            throw UserError.input("no file can be made in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Writes one from its start to its end. */
    public static final class Writer {
        private final Path folder;
        private final FileChannel channel;
        private final DataExtents.Builder extents = new DataExtents.Builder();
        private long size;

        private Writer(Path folder, FileChannel channel) {
            this.folder = folder;
            this.channel = channel;
        }

        /** Bytes written. */
        public long size() {
            return size;
        }

        /**
         * Appends the first bytes of a buffer.
         *
         * @throws UserError if there is no more room
         */
        public void write(byte[] from, int length) {
            if (size > MOST - length) {
                throw UserError.image("the image unpacks to more than " + (MOST >> 40) + " TiB");
            }
            try {
                for (int at = 0; at < length; at += BLOCK) {
                    int chunk = Math.min(BLOCK, length - at);
                    if (!Arrays.equals(from, at, at + chunk, ZEROES, 0, chunk)) {
                        write(ByteBuffer.wrap(from, at, chunk), size + at);
                        extents.add(size + at, size + at + chunk);
                    }
                }
            } catch (IOException e) {
                throw full(e);
            }
            size += length;
        }

        private void write(ByteBuffer from, long at) throws IOException {
            for (long to = at; from.hasRemaining(); ) {
                to += channel.write(from, to);
            }
        }

        private UserError full(IOException e) {
            return UserError.input(
                    "the image cannot be unpacked into "
                            + folder
                            + ": "
                            + e.getMessage()
                            + "; unpack it elsewhere, or choose another --home",
                    e);
        }

        /** Ends it. What was written can be read from now on. */
        public MappedBytes finish() {
            try {
                if (size > 0 && channel.size() < size) {
                    write(ByteBuffer.allocate(1), size - 1);
                }
                return MappedBytes.of(folder, channel, extents.build());
            } catch (IOException e) {
                throw full(e);
            }
        }

        /** Throws it away. */
        public void abandon() {
            try {
                channel.close();
            } catch (IOException e) {
                throw full(e);
            }
        }
    }
}
