package dev.tablewalk.cypher.memory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one property by row: two bits each where all are truth values, 4 bytes and a bit
 * where all are integers of 32 bits, 8 where some are larger, else a reference. Filled by one
 * thread; then read by any.
 */
final class Column {
    private static final int FIRST = 64;

    /** Different texts that are kept once each; most properties have fewer. */
    private static final int SAME = 1 << 12;

    /** By row, a bit: it has a value; not where there are objects. */
    private long @Nullable [] present;

    /** By row, a bit. */
    private long @Nullable [] truths;

    private int @Nullable [] small;
    private long @Nullable [] numbers;
    private @Nullable Object @Nullable [] objects;
    private @Nullable Map<Object, Object> same = new HashMap<>();

    /** What was put last: the next is the same, mostly. */
    private @Nullable Object latest;

    private final int expected;

    /** One more than the last row that has a value. */
    private int rows;

    /**
     * Without a value.
     *
     * @param expected rows that will come; 0 if that is not known
     */
    Column(int expected) {
        this.expected = expected;
    }

    void set(int row, long number) {
        if (truths != null || objects != null) {
            set(row, (Object) number);
            return;
        }
        setPresent(row);
        if (numbers == null && number == (int) number) {
            small = small == null ? new int[FIRST] : small;
            small = row < small.length ? small : Arrays.copyOf(small, size(row, small.length));
            small[row] = (int) number;
            return;
        }
        if (numbers == null) {
            numbers = new long[small == null ? FIRST : small.length];
            for (int i = 0; small != null && i < small.length; i++) {
                numbers[i] = small[i];
            }
            small = null;
        }
        numbers =
                row < numbers.length ? numbers : Arrays.copyOf(numbers, size(row, numbers.length));
        numbers[row] = number;
    }

    void set(int row, boolean truth) {
        if (small != null || numbers != null || objects != null) {
            set(row, (Object) truth);
            return;
        }
        setPresent(row);
        truths = withRoom(truths, row);
        if (truth) {
            truths[row / Long.SIZE] |= 1L << row;
        }
    }

    void set(int row, Object value) {
        if (objects == null) {
            objects = new @Nullable Object[FIRST];
            int before = rows;
            for (int i = 0; i < before; i++) {
                Object kept = other(i);
                if (kept != null) {
                    put(i, kept);
                }
            }
            present = null;
            truths = null;
            small = null;
            numbers = null;
        }
        put(row, value);
    }

    private void setPresent(int row) {
        present = withRoom(present, row);
        present[row / Long.SIZE] |= 1L << row;
        rows = Math.max(rows, row + 1);
    }

    private long[] withRoom(long @Nullable [] bits, int row) {
        if (bits == null) {
            bits = new long[FIRST / Long.SIZE];
        }
        int at = row / Long.SIZE;
        return at < bits.length
                ? bits
                : Arrays.copyOf(bits, size(at, bits.length, (expected - 1) / Long.SIZE + 1));
    }

    private void put(int row, Object value) {
        if (objects == null) {
            return;
        }
        if (row >= objects.length) {
            objects = Arrays.copyOf(objects, size(row, objects.length));
        }
        Object kept = latest;
        if (!value.equals(kept)) {
            kept =
                    same == null || same.size() >= SAME
                            ? value
                            : same.computeIfAbsent(value, each -> each);
            latest = kept;
        }
        objects[row] = kept;
        rows = Math.max(rows, row + 1);
    }

    /** Where all rows to come are known, few copies are made, and the last is of the right size. */
    private static int size(int place, int before, int expected) {
        int more =
                before < expected ? (int) Math.min(4L * before, expected) : before + (before >> 1);
        return Math.max(more, place + 1);
    }

    private int size(int place, int before) {
        return size(place, before, expected);
    }

    /** Nothing is added any more. */
    void end() {
        same = null;
        latest = null;
        small = small == null || small.length == rows ? small : Arrays.copyOf(small, rows);
        numbers =
                numbers == null || numbers.length == rows ? numbers : Arrays.copyOf(numbers, rows);
        objects =
                objects == null || objects.length == rows ? objects : Arrays.copyOf(objects, rows);
    }

    /** The value; null if the row has none. */
    @Nullable Object get(int row) {
        if (objects != null) {
            return row < objects.length ? objects[row] : null;
        }
        return row < rows ? other(row) : null;
    }

    private @Nullable Object other(int row) {
        if (present == null || !has(present, row)) {
            return null;
        }
        if (truths != null) {
            return has(truths, row);
        }
        return small != null ? (Long) (long) small[row] : numbers != null ? numbers[row] : null;
    }

    private static boolean has(long[] bits, int row) {
        int at = row / Long.SIZE;
        return at < bits.length && (bits[at] & (1L << row)) != 0;
    }
}
