package dev.tablewalk.cypher.procedure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The VMAs of an address space by address: sorted once, then each question costs the logarithm of
 * their number. They need not be disjoint, as those of a sound guest are.
 *
 * @param <T> what is kept of each
 */
public final class VmaIndex<T> {
    /** VMAs told of at one stretch; a sound guest has no two at an address. */
    private static final int MOST = 4096;

    private final List<Vma<T>> vmas;

    /** As those of a sound guest are: then those that hold a range follow each other. */
    private final boolean disjoint;

    /** By middle of each half and half of a half: the highest end in it. */
    private final long[] ends;

    /**
     * One.
     *
     * @param alone it, as an answer
     */
    private record Vma<T>(List<T> alone, long start, long end) {
        T kept() {
            return alone.getFirst();
        }
    }

    private VmaIndex(List<Vma<T>> vmas) {
        this.vmas = vmas;
        vmas.sort(Comparator.<Vma<T>>comparingLong(Vma::start).thenComparingLong(Vma::end));
        ends = new long[vmas.size()];
        highestEnd(0, vmas.size());
        disjoint = areDisjoint();
    }

    private boolean areDisjoint() {
        long behind = Long.MIN_VALUE;
        for (Vma<T> vma : vmas) {
            if (vma.start < behind || vma.start >= vma.end) {
                return false;
            }
            behind = vma.end;
        }
        return true;
    }

    /** Takes VMAs in any order. */
    static final class Builder<T> {
        private final List<Vma<T>> vmas = new ArrayList<>();

        void add(T kept, long start, long end) {
            vmas.add(new Vma<>(List.of(kept), start, end));
        }

        VmaIndex<T> build() {
            return new VmaIndex<>(vmas);
        }
    }

    private long highestEnd(int from, int to) {
        if (from == to) {
            return Long.MIN_VALUE;
        }
        int middle = (from + to) >>> 1;
        ends[middle] =
                Math.max(
                        vmas.get(middle).end,
                        Math.max(highestEnd(from, middle), highestEnd(middle + 1, to)));
        return ends[middle];
    }

    /** Those that have a byte in {@code [start, end)}, by their start. */
    public List<T> in(long start, long end) {
        List<T> found = new ArrayList<>(1);
        find(0, vmas.size(), start, end, vma -> found.add(vma.kept()));
        return found;
    }

    /**
     * What VMAs have of a range of addresses.
     *
     * @param in those that have a byte of it, by their start
     * @param outside bytes of it that lie in none
     */
    record Cover<T>(List<T> in, long outside) {}

    /** What VMAs have of {@code [start, end)}. */
    Cover<T> cover(long start, long end) {
        if (disjoint && start < end) {
            return coverOfDisjoint(start, end);
        }
        List<T> in = new ArrayList<>(1);
        long[] covered = {0, start};
        find(
                0,
                vmas.size(),
                start,
                end,
                vma -> {
                    in.add(vma.kept());
                    long from = Math.max(covered[1], vma.start);
                    long to = Math.min(end, vma.end);
                    if (to > from) {
                        covered[0] += to - from;
                        covered[1] = to;
                    }
                });
        return new Cover<>(in, end - start - covered[0]);
    }

    private Cover<T> coverOfDisjoint(long start, long end) {
        int at = firstBehind(start);
        if (at < vmas.size() && vmas.get(at).start <= start && vmas.get(at).end >= end) {
            return new Cover<>(vmas.get(at).alone, 0); // as nearly all are
        }
        List<T> in = new ArrayList<>(1);
        long outside = end - start;
        for (; at < vmas.size() && vmas.get(at).start < end && in.size() < MOST; at++) {
            Vma<T> vma = vmas.get(at);
            in.add(vma.kept());
            outside -= Math.min(end, vma.end) - Math.max(start, vma.start);
        }
        return new Cover<>(in, outside);
    }

    /** The first whose end lies behind an address, where they are disjoint. */
    private int firstBehind(long address) {
        int low = 0;
        int high = vmas.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (vmas.get(middle).end > address) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void find(int from, int to, long start, long end, Consumer<Vma<T>> found) {
        int[] left = {MOST};
        find(from, to, start, end, found, left);
    }

    private void find(int from, int to, long start, long end, Consumer<Vma<T>> found, int[] left) {
        if (from == to || left[0] == 0) {
            return;
        }
        int middle = (from + to) >>> 1;
        if (ends[middle] <= start) {
            return;
        }
        find(from, middle, start, end, found, left);
        Vma<T> vma = vmas.get(middle);
        if (vma.start >= end) {
            return;
        }
        if (vma.end > start && left[0] > 0) {
            left[0]--;
            found.accept(vma);
        }
        find(middle + 1, to, start, end, found, left);
    }
}
