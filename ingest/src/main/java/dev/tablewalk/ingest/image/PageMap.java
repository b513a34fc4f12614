package dev.tablewalk.ingest.image;

import java.util.Arrays;

/** A bit for each page, and how many are set before it. */
final class PageMap {
    private static final int BITS_COUNTED = 512;

    private final long[] words;
    private final int[] before;
    private final long count;

    /**
     * @param bits least significant first, as {@code makedumpfile} writes them
     * @param pages how many of the bits count
     */
    PageMap(byte[] bits, long pages) {
        words = new long[Math.toIntExact((pages + 63) >> 6)];
        Fields fields = new Fields(Arrays.copyOf(bits, words.length * 8));
        for (int i = 0; i < words.length; i++) {
            words[i] = fields.u64(i * 8);
        }
        if ((pages & 63) != 0) {
            words[words.length - 1] &= (1L << pages) - 1;
        }
        before = new int[words.length * 64 / BITS_COUNTED + 1];
        long sum = 0;
        for (int i = 0; i < words.length; i++) {
            if (i * 64 % BITS_COUNTED == 0) {
                before[i * 64 / BITS_COUNTED] = Math.toIntExact(sum);
            }
            sum += Long.bitCount(words[i]);
        }
        count = sum;
    }

    /** Pages whose bit is set. */
    long count() {
        return count;
    }

    boolean get(long page) {
        int word = (int) (page >> 6);
        return word < words.length && (words[word] >>> page & 1) != 0;
    }

    /** How many bits before this page's are set. */
    long rank(long page) {
        int word = (int) (page >> 6);
        int first = (int) (page / BITS_COUNTED);
        long rank = before[first];
        for (int i = first * (BITS_COUNTED / 64); i < word; i++) {
            rank += Long.bitCount(words[i]);
        }
        return rank + Long.bitCount(words[word] & (1L << page) - 1);
    }

    /** The first page from one on whose bit is as wanted; {@code pages} if there is none. */
    long next(long page, boolean wanted, long pages) {
        long at = page;
        while (at < pages) {
            long word = wanted ? words[(int) (at >> 6)] : ~words[(int) (at >> 6)];
            word &= -1L << at;
            if (word != 0) {
                return Math.min(pages, (at & -64) + Long.numberOfTrailingZeros(word));
            }
            at = (at & -64) + 64;
        }
        return pages;
    }
}
