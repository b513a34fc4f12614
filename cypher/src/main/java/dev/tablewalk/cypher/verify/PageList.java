package dev.tablewalk.cypher.verify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Pages of one process in two primitive arrays, because a guest has millions: the virtual address,
 * and where it leads ({@link Target}).
 */
final class PageList {
    private long[] vas = new long[64];
    private long[] targets = new long[64];
    private int size;
    private boolean sorted = true;

    void add(long va, long target) {
        if (size == vas.length) {
            vas = Arrays.copyOf(vas, size * 2);
            targets = Arrays.copyOf(targets, size * 2);
        }
        sorted &= size == 0 || vas[size - 1] < va;
        vas[size] = va;
        targets[size] = target;
        size++;
    }

    int size() {
        return size;
    }

    long va(int i) {
        return vas[i];
    }

    long target(int i) {
        return targets[i];
    }

    /**
     * Puts the pages in the order of their addresses, each address once: where a collector met one
     * twice, it is what it was the last time.
     */
    void sort() {
        if (sorted) {
            return;
        }
        int[] order =
                IntStream.range(0, size)
                        .boxed()
                        .sorted(Comparator.comparingLong(i -> vas[i]))
                        .mapToInt(i -> i)
                        .toArray();
        long[] newVas = new long[size];
        long[] newTargets = new long[size];
        int n = 0;
        for (int i : order) {
            if (n > 0 && newVas[n - 1] == vas[i]) {
                n--;
            }
            newVas[n] = vas[i];
            newTargets[n] = targets[i];
            n++;
        }
        vas = newVas;
        targets = newTargets;
        size = n;
        sorted = true;
    }
}
