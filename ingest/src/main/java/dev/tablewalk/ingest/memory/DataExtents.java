package dev.tablewalk.ingest.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which parts of a file hold data; the rest are holes, which read as zero and are never touched.
 * Sorted, disjoint, in bytes.
 */
public final class DataExtents {
    public static final DataExtents NONE = new DataExtents(new long[0], new long[0], 0);

    private final long[] starts;
    private final long[] ends;
    private final int count;

    private DataExtents(long[] starts, long[] ends, int count) {
        this.starts = starts;
        this.ends = ends;
        this.count = count;
    }

    /** Asks the file system; where it cannot tell, the whole file is one extent. */
    public static DataExtents of(Path file, long size) throws IOException {
        Builder builder = new Builder();
        if (!NativeFile.dataExtents(file, size, builder)) {
            return new DataExtents(new long[] {0}, new long[] {size}, 1);
        }
        return builder.build();
    }

    /** Gathers extents by ascending offset. */
    static final class Builder implements NativeFile.Extent {
        private long[] starts = new long[64];
        private long[] ends = new long[64];
        private int count;

        @Override
        public void data(long offset, long end) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
            }
            starts[count] = offset;
            ends[count++] = end;
        }

        /** Adds one that begins no earlier than the last; the two may touch or overlap. */
        void add(long offset, long end) {
            if (count > 0 && ends[count - 1] >= offset) {
                ends[count - 1] = Math.max(ends[count - 1], end);
            } else {
                data(offset, end);
            }
        }

        DataExtents build() {
            return new DataExtents(starts, ends, count);
        }
    }

    /** What is data in either. */
    public DataExtents with(DataExtents other) {
        Builder both = new Builder();
        int i = 0;
        int j = 0;
        while (i < count || j < other.count) {
            boolean mine = j == other.count || (i < count && starts[i] <= other.starts[j]);
            both.add(mine ? starts[i] : other.starts[j], mine ? ends[i] : other.ends[j]);
            if (mine) {
                i++;
            } else {
                j++;
            }
        }
        return both.build();
    }

    /** Extents. */
    public int count() {
        return count;
    }

    public long start(int extent) {
        return starts[extent];
    }

    public long end(int extent) {
        return ends[extent];
    }

    /** The first extent that has a byte at the offset or behind it; {@link #count} if none has. */
    public int firstEndingAfter(long offset) {
        int i = Arrays.binarySearch(ends, 0, count, offset + 1);
        return i >= 0 ? i : -i - 1;
    }

    /** Bytes that are not holes. */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += ends[i] - starts[i];
        }
        return sum;
    }

    /** The first offset from one on that is data; {@link Long#MAX_VALUE} if none. */
    long nextData(long offset) {
        int i = at(offset);
        if (i >= 0 && offset < ends[i]) {
            return offset;
        }
        return i + 1 < count ? starts[i + 1] : Long.MAX_VALUE;
    }

    /** The last extent that begins at an offset or before it; -1 if none. */
    private int at(long offset) {
        int i = Arrays.binarySearch(starts, 0, count, offset);
        return i >= 0 ? i : -i - 2;
    }

    /** Whether any byte of the range is data. Cost: one binary search. */
    public boolean any(long offset, long length) {
        int i = Arrays.binarySearch(starts, 0, count, offset);
        if (i >= 0) {
            return true;
        }
        int next = -i - 1;
        return (next > 0 && ends[next - 1] > offset)
                || (next < count && starts[next] < offset + length);
    }
}
