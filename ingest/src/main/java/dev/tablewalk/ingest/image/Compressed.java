package dev.tablewalk.ingest.image;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** Streams that are compressed as a whole, by gzip, xz or zstd. */
public final class Compressed {
    /**
     * Of the memory that unpacking xz takes, KiB: what its highest level needs, and half as much.
     */
    private static final int XZ_MEMORY = 96 << 10;

    private static final int BUFFER = 64 << 10;

    private Compressed() {}

    /**
     * A stream's content, unpacked as it is read if its first bytes say that it is packed.
     *
     * @param in supports {@link InputStream#mark}
     */
    public static InputStream content(InputStream in) throws IOException {
        in.mark(Format.HEAD);
        Format format = Format.of(in.readNBytes(Format.HEAD));
        in.reset();
        return format.isCompressed() ? unpacking(in, format) : in;
    }

    /** Unpacks, with an {@link IOException} wherever the stream is damaged. */
    static InputStream unpacking(InputStream in, Format format) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case XZ -> new XZInputStream(in, XZ_MEMORY);
            case ZSTD -> new Zstd(in);
            default -> throw new IllegalArgumentException(format.name());
        };
    }

    /** What unpacks zstd meets damage with exceptions of several kinds. */
    private static final class Zstd extends FilterInputStream {
        Zstd(InputStream in) {
            super(new ZstdInputStream(in));
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            try {
                return super.read(into, from, length);
            } catch (MalformedInputException
                    | IllegalArgumentException
                    | IndexOutOfBoundsException e) {
                throw new IOException("it is damaged", e);
            }
        }
    }
}
