package dev.tablewalk.ingest.image;

import java.util.Arrays;

/** A bit for each page, and how many are set before it. What is all zero takes no room. */
final class PageMap {
    private static final int BITS_COUNTED = 512;

    /** Bits that are kept together. */
    private static final int CHUNK = 1 << 18;

    private static final int WORDS = CHUNK / 64;
    private static final byte[] ZEROES = new byte[CHUNK / 8];

    private final Chunk[] chunks;

    /** Of each chunk, how many bits before it are set; then of all. */
    private final long[] before;

    /** Some bits, not all of them zero. */
    private static final class Chunk {
        private final long[] words = new long[WORDS];
        private final int[] before = new int[CHUNK / BITS_COUNTED];

        /** Counts, and returns how many are set. */
        int count() {
            int sum = 0;
            for (int i = 0; i < WORDS; i++) {
                if (i * 64 % BITS_COUNTED == 0) {
                    before[i * 64 / BITS_COUNTED] = sum;
                }
                sum += Long.bitCount(words[i]);
            }
            return sum;
        }
    }

    /**
     * Reads the bits, least significant first.
     *
     * @param at where they begin in the file, bytes
     * @param pages how many there are
     * @throws DumpDamage if they do not lie in the file
     */
    PageMap(DumpFile file, long at, long pages) {
        chunks = new Chunk[Math.toIntExact((pages + CHUNK - 1) / CHUNK)];
        before = new long[chunks.length + 1];
        byte[] bytes = new byte[CHUNK / 8];
        Fields fields = new Fields(bytes);
        for (int i = 0; i < chunks.length; i++) {
            int bits = (int) Math.min(CHUNK, pages - (long) i * CHUNK);
            int length = (bits + 7) / 8;
            file.read(at + (long) i * (CHUNK / 8), bytes, 0, length);
            Arrays.fill(bytes, length, bytes.length, (byte) 0);
            if (bits % 8 != 0) {
                bytes[length - 1] &= (byte) ((1 << bits % 8) - 1);
            }
            before[i + 1] = before[i];
            if (!Arrays.equals(bytes, ZEROES)) {
                Chunk chunk = new Chunk();
                for (int word = 0; word < WORDS; word++) {
                    chunk.words[word] = fields.u64(word * 8);
                }
                before[i + 1] += chunk.count();
                chunks[i] = chunk;
            }
        }
    }

    /** Pages whose bit is set. */
    long count() {
        return before[chunks.length];
    }

    /** The last page whose bit is set; 0 if there is none. */
    long last() {
        for (int i = chunks.length - 1; i >= 0; i--) {
            for (int word = WORDS - 1; chunks[i] != null && word >= 0; word--) {
                if (chunks[i].words[word] != 0) {
                    return (long) i * CHUNK
                            + word * 64L
                            + 63
                            - Long.numberOfLeadingZeros(chunks[i].words[word]);
                }
            }
        }
        return 0;
    }

    boolean get(long page) {
        int i = (int) (page / CHUNK);
        return i < chunks.length
                && chunks[i] != null
                && (chunks[i].words[(int) (page % CHUNK >> 6)] >>> page & 1) != 0;
    }

    /** How many bits before this page's are set. */
    long rank(long page) {
        int i = (int) (page / CHUNK);
        if (i >= chunks.length || chunks[i] == null) {
            return before[Math.min(i, chunks.length)];
        }
        Chunk chunk = chunks[i];
        int word = (int) (page % CHUNK >> 6);
        int first = word * 64 / BITS_COUNTED;
        long rank = before[i] + chunk.before[first];
        for (int at = first * (BITS_COUNTED / 64); at < word; at++) {
            rank += Long.bitCount(chunk.words[at]);
        }
        return rank + Long.bitCount(chunk.words[word] & (1L << page) - 1);
    }

    /** The first page from one on whose bit is as wanted; {@code pages} if there is none. */
    long next(long page, boolean wanted, long pages) {
        long at = page;
        while (at < pages) {
            int i = (int) (at / CHUNK);
            Chunk chunk = i < chunks.length ? chunks[i] : null;
            if (chunk == null) {
                if (!wanted) {
                    return at;
                }
                at = (i + 1L) * CHUNK;
                continue;
            }
            long word = chunk.words[(int) (at % CHUNK >> 6)];
            word = (wanted ? word : ~word) & -1L << at;
            if (word != 0) {
                return Math.min(pages, (at & -64) + Long.numberOfTrailingZeros(word));
            }
            at = (at & -64) + 64;
        }
        return pages;
    }
}
