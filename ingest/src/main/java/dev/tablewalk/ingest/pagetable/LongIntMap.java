package dev.tablewalk.ingest.pagetable;

import java.util.Arrays;

/** From addresses to row numbers, without boxing. Open addressing; nothing is ever removed. */
final class LongIntMap {
    private long[] keys = new long[1 << 12];
    private int[] values = new int[1 << 12];
    private int size;

    LongIntMap() {
        Arrays.fill(values, -1);
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int at = (int) (((key >>> 4) * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (values[at] >= 0 && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** The row, or -1. */
    int get(long key) {
        return values[slot(key)];
    }

    void put(long key, int row) {
        int at = slot(key);
        if (values[at] < 0 && ++size * 2 > keys.length) {
            grow();
            at = slot(key);
        }
        keys[at] = key;
        values[at] = row;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[oldKeys.length * 2];
        Arrays.fill(values, -1);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] >= 0) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
