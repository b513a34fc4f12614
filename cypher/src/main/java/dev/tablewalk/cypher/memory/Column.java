package dev.tablewalk.cypher.memory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one property by row: a byte each where all are truth values, 8 bytes and a bit
 * where all are integers, else a reference. Filled by one thread; then read by any.
 */
final class Column {
    private static final int FIRST = 64;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;

    /** Different texts that are kept once each; most properties have fewer. */
    private static final int SAME = 1 << 12;

    private byte @Nullable [] truths;
    private long @Nullable [] numbers;
    private long @Nullable [] present;
    private @Nullable Object @Nullable [] objects;
    private @Nullable Map<Object, Object> same = new HashMap<>();

    void set(int row, long number) {
        if (truths != null || objects != null) {
            set(row, (Object) number);
            return;
        }
        if (numbers == null || present == null) {
            numbers = new long[FIRST];
            present = new long[FIRST / Long.SIZE];
        }
        if (row >= numbers.length) {
            int size = size(row, numbers.length);
            numbers = Arrays.copyOf(numbers, size);
            present = Arrays.copyOf(present, size / Long.SIZE);
        }
        numbers[row] = number;
        present[row / Long.SIZE] |= 1L << row;
    }

    void set(int row, boolean truth) {
        if (numbers != null || objects != null) {
            set(row, (Object) truth);
            return;
        }
        if (truths == null) {
            truths = new byte[FIRST];
        }
        if (row >= truths.length) {
            truths = Arrays.copyOf(truths, size(row, truths.length));
        }
        truths[row] = truth ? TRUE : FALSE;
    }

    void set(int row, Object value) {
        if (objects == null) {
            objects = new @Nullable Object[FIRST];
            for (int i = 0; i < length(); i++) {
                Object kept = other(i);
                if (kept != null) {
                    put(i, kept);
                }
            }
            truths = null;
            numbers = null;
            present = null;
        }
        put(row, value);
    }

    private void put(int row, Object value) {
        if (objects == null) {
            return;
        }
        if (row >= objects.length) {
            objects = Arrays.copyOf(objects, size(row, objects.length));
        }
        if (same != null && same.size() < SAME) {
            value = same.computeIfAbsent(value, each -> each);
        }
        objects[row] = value;
    }

    private static int size(int row, int before) {
        return Math.max(before + (before >> 1), row + 1) / Long.SIZE * Long.SIZE + Long.SIZE;
    }

    private int length() {
        return truths != null ? truths.length : numbers != null ? numbers.length : 0;
    }

    /** Nothing is added any more. */
    void end() {
        same = null;
    }

    /** The value; null if the row has none. */
    @Nullable Object get(int row) {
        if (objects != null) {
            return row < objects.length ? objects[row] : null;
        }
        return other(row);
    }

    private @Nullable Object other(int row) {
        if (truths != null) {
            byte truth = row < truths.length ? truths[row] : 0;
            return truth == 0 ? null : (Boolean) (truth == TRUE);
        }
        if (numbers == null || present == null || row >= numbers.length) {
            return null;
        }
        return (present[row / Long.SIZE] & (1L << row)) == 0 ? null : (Long) numbers[row];
    }
}
