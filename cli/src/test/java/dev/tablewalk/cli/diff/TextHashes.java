package dev.tablewalk.cli.diff;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** A set of texts of which only hashes are kept, 8 bytes each: those of a guest are gigabytes. */
final class TextHashes implements Consumer<String> {
    private long[] hashes = new long[1 << 16];
    private int count;

    @Override
    public void accept(String text) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash(text);
    }

    /** In order, each once. */
    long[] sorted() {
        return LongStream.of(hashes).limit(count).sorted().distinct().toArray();
    }

    /** FNV-1a: of millions of texts, two with one of {@link String#hashCode} are certain. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
