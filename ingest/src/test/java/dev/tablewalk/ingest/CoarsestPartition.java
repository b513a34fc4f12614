package dev.tablewalk.ingest;

import dev.tablewalk.ingest.synthetic.WrittenGuest;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The coarsest partition of the mapped pages, page by page: two neighbours are together if the same
 * runs map both, and both are RAM or neither is. Knows nothing of how ranges are made.
 */
final class CoarsestPartition {
    private CoarsestPartition() {}

    /** Number of ranges. */
    static int size(WrittenGuest guest) {
        long page = guest.geometry().pageSize();
        TreeMap<Long, TreeSet<Integer>> runsOfPage = new TreeMap<>();
        List<Leaf> leaves = new ArrayList<>(guest.leaves());
        leaves.sort(Comparator.comparingLong(Leaf::table).thenComparingInt(Leaf::index));
        int run = 0;
        Leaf before = null;
        for (Leaf leaf : leaves) {
            if (before == null || !continues(before, leaf)) {
                run++;
            }
            for (long at = 0; at < leaf.size(); at += page) {
                runsOfPage.computeIfAbsent(leaf.pa() + at, _ -> new TreeSet<>()).add(run);
            }
            before = leaf;
        }
        int ranges = 0;
        long last = -1;
        TreeSet<Integer> runs = new TreeSet<>();
        for (var each : runsOfPage.entrySet()) {
            long pa = each.getKey();
            boolean together =
                    pa == last + page
                            && runs.equals(each.getValue())
                            && inRam(guest, pa) == inRam(guest, last);
            if (!together) {
                ranges++;
            }
            last = pa;
            runs = each.getValue();
        }
        return ranges;
    }

    private static boolean continues(Leaf before, Leaf leaf) {
        return before.table() == leaf.table()
                && before.index() + 1 == leaf.index()
                && before.pa() + before.size() == leaf.pa()
                && before.attributes().equals(leaf.attributes())
                && upper(before.raw()) == upper(leaf.raw());
    }

    /** The software bits and others above any address. */
    private static long upper(long raw) {
        return raw >>> 51;
    }

    private static boolean inRam(WrittenGuest guest, long pa) {
        return pa >= guest.ramBase() && pa < guest.ramBase() + guest.ramSize();
    }
}
