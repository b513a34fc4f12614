package dev.tablewalk.ingest.image;

import io.airlift.compress.v3.Decompressor;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lzo.LzoDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks blocks, each by itself; for one thread. */
final class Unpacker {
    private final Inflater inflater = new Inflater();
    private final Decompressor lzo = new LzoDecompressor();
    private final Decompressor snappy = new SnappyJavaDecompressor();
    private final Decompressor zstd = new ZstdJavaDecompressor();

    /** How a block is packed. */
    enum Method {
        ZLIB,
        LZO,
        SNAPPY,
        ZSTD
    }

    /**
     * Unpacks a block.
     *
     * @param size of the block unpacked, bytes
     * @return false if it is damaged, or has another size
     */
    boolean unpack(Method method, byte[] packed, int length, byte[] into, int size) {
        return switch (method) {
            case ZLIB -> inflate(packed, length, into, size);
            case LZO -> unpack(lzo, packed, length, into, size);
            case SNAPPY -> unpack(snappy, packed, length, into, size);
            case ZSTD -> unpack(zstd, packed, length, into, size);
        };
    }

    private boolean inflate(byte[] packed, int length, byte[] into, int size) {
        inflater.reset();
        inflater.setInput(packed, 0, length);
        try {
            int done = 0;
            while (done < size) {
                int n = inflater.inflate(into, done, size - done);
                if (n == 0) {
                    return false;
                }
                done += n;
            }
            return true;
        } catch (DataFormatException e) {
            return false;
        }
    }

    private static boolean unpack(
            Decompressor by, byte[] packed, int length, byte[] into, int size) {
        try {
            return by.decompress(packed, 0, length, into, 0, size) == size;
        } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return false;
        }
    }
}
