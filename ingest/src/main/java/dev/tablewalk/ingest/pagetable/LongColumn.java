package dev.tablewalk.ingest.pagetable;

import java.util.Arrays;

/** Numbers, appended one by one: a column of a table with many rows. */
final class LongColumn {
    private long[] values = new long[1024];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    long get(int row) {
        return values[row];
    }

    void set(int row, long value) {
        values[row] = value;
    }

    int size() {
        return size;
    }
}
