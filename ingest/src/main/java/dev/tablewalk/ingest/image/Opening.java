package dev.tablewalk.ingest.image;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.memory.ImageBytes;
import dev.tablewalk.ingest.memory.MappedBytes;
import dev.tablewalk.ingest.memory.UnpackedFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What opening an image may use. A file that is compressed as a whole can only be read from its
 * start on, so it is unpacked into a file that has no name, and is gone when it is closed.
 *
 * @param raw take a file for raw RAM whatever it looks like, unless its bytes are not RAM's
 * @param scratch the folder for such a file
 * @param depth how many files are being unpacked
 */
record Opening(boolean raw, Path scratch, Progress progress, int depth) {
    private static final int MOST_DEEP = 2;
    private static final int BUFFER = 1 << 20;

    /** The format of a file. */
    Format format(MappedBytes file) {
        Format format = Format.of(file.copy(0, Format.HEAD));
        return raw && !format.isPacked() ? Format.RAW : format;
    }

    /** Unpacks the rest of a file, and opens what it holds. Takes the file over. */
    Image.Contents unpacked(MappedBytes file, long start, Format format) {
        if (depth == MOST_DEEP) {
            throw new DumpDamage("it is compressed more than " + MOST_DEEP + " times");
        }
        progress.stage("unpack", file.size() - start);
        UnpackedFile.Writer to = UnpackedFile.in(scratch);
        boolean done = false;
        try {
            String cut = copy(new Reading(file, start), format, to);
            MappedBytes unpacked = to.finish();
            done = true;
            Image.Contents inner = open(unpacked);
            if (cut.isEmpty()) {
                return inner.in(format);
            }
            return inner.in(format).damagedBy(cut);
        } finally {
            file.close();
            if (!done) {
                to.abandon();
            }
        }
    }

    private Image.Contents open(MappedBytes unpacked) {
        boolean opened = false;
        try {
            Opening inner = new Opening(raw, scratch, progress, depth + 1);
            Image.Contents contents = inner.format(unpacked).open(unpacked, inner);
            opened = true;
            return contents;
        } finally {
            if (!opened) {
                unpacked.close();
            }
        }
    }

    /** Returns what is wrong with the file if it ends early; then what came before is there. */
    private static String copy(InputStream from, Format format, UnpackedFile.Writer to) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Compressed.unpacking(new BufferedInputStream(from, BUFFER), format)) {
            for (int n; (n = in.readNBytes(buffer, 0, buffer.length)) > 0; ) {
                to.write(buffer, n);
            }
            return "";
        } catch (IOException e) {
            if (to.size() == 0) {
                throw new DumpDamage("it cannot be unpacked: " + e.getMessage());
            }
            return "it cannot be unpacked behind " + to.size() + " bytes: " + e.getMessage();
        }
    }

    /** A file from a place on, that tells how far it got. */
    private final class Reading extends InputStream {
        private final ImageBytes file;
        private long at;

        Reading(ImageBytes file, long at) {
            this.file = file;
            this.at = at;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int n = (int) Math.min(length, file.size() - at);
            if (n <= 0) {
                return length == 0 ? 0 : -1;
            }
            file.read(at, ByteBuffer.wrap(into, from, n));
            at += n;
            progress.advance(n);
            return n;
        }
    }
}
