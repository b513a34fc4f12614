package dev.tablewalk.ingest.image;

/** Pages by number. Where there are none, it takes no room. */
final class PageSet {
    private static final int CHUNK = 1 << 15;

    private final long[][] chunks;

    /**
     * Makes an empty one.
     *
     * @param pages how many there can be
     */
    PageSet(long pages) {
        chunks = new long[Math.toIntExact((pages + CHUNK - 1) / CHUNK)][];
    }

    void add(long page) {
        int chunk = (int) (page / CHUNK);
        if (chunks[chunk] == null) {
            chunks[chunk] = new long[CHUNK / 64];
        }
        chunks[chunk][(int) (page % CHUNK >> 6)] |= 1L << page;
    }

    boolean has(long page) {
        long[] chunk = chunks[(int) (page / CHUNK)];
        return chunk != null && (chunk[(int) (page % CHUNK >> 6)] >>> page & 1) != 0;
    }
}
