package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphNode.Compared;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Both sides as one graph: every node and relationship once, and what differs marked. Ranges are
 * cut wherever one of either side begins or ends, so that each mapping of both sides maps whole
 * ranges still.
 */
final class MergedGraph {
    private static final int NONE = -1;

    private MergedGraph() {}

    static GuestGraph of(
            String name,
            Side before,
            Side after,
            Counterparts counterparts,
            @Nullable ContentChanges contents,
            Map<Integer, Map<Area, Long>> written,
            List<GraphNode.Check> checks) {
        if (before.pageSize() != after.pageSize()) {
            throw UserError.input(
                    "a graph has pages of one size, and these have pages of "
                            + before.pageSize()
                            + " and "
                            + after.pageSize()
                            + " bytes: their diff can be printed, and not kept");
        }
        Matching matching = counterparts.matching();
        Map<Integer, Long> pagesWritten = pagesWritten(after, written);
        List<GraphNode> nodes = new ArrayList<>();
        nodes.add(checkpoint(name, before, after));
        int[] idsAfter = new int[after.count()];
        int[] idsBefore = new int[before.count()];
        Arrays.fill(idsAfter, NONE);
        Arrays.fill(idsBefore, NONE);
        idsAfter[0] = 0;
        idsBefore[0] = 0;
        for (int each = 1; each < after.count(); each++) {
            if (isRange(after.node(each))) {
                continue;
            }
            int other = matching.beforeOf(each);
            idsAfter[each] = nodes.size();
            if (other != NONE) {
                idsBefore[other] = nodes.size();
            }
            GraphNode was = other == NONE ? null : before.node(other);
            GraphNode is = after.node(each);
            Map<String, Object> extra = new LinkedHashMap<>();
            if (pagesWritten.containsKey(each)) {
                extra.put("pages_written", pagesWritten.getOrDefault(each, 0L));
            }
            if (isWritten(was, is, after.pageSize(), contents)) {
                extra.put("written", true);
            }
            if (other == NONE && counterparts.wasMadeByExec(each)) {
                extra.put("replaced", "exec");
            }
            nodes.add(extra.isEmpty() ? merged(was, is) : new Compared(was, is, extra));
        }
        for (int each = 1; each < before.count(); each++) {
            if (!isRange(before.node(each)) && matching.afterOf(each) == NONE) {
                idsBefore[each] = nodes.size();
                nodes.add(
                        new Compared(
                                before.node(each),
                                null,
                                counterparts.wasLeftByExec(each)
                                        ? Map.of("replaced", "exec")
                                        : Map.of()));
            }
        }
        MergedRanges ranges = new MergedRanges(before, after);
        int firstRange = nodes.size();
        ranges.addTo(nodes);
        nodes.addAll(checks);
        return new ListGraph(
                after.checkpoint().in(name),
                nodes,
                new MergedRelationships(ranges, firstRange, contents)
                        .of(before, idsBefore, after, idsAfter),
                null);
    }

    private static GraphNode checkpoint(String name, Side before, Side after) {
        return new Compared(
                before.checkpoint().in(name),
                after.checkpoint().in(name),
                Map.of(
                        "diff_before",
                        before.checkpoint().name(),
                        "diff_after",
                        after.checkpoint().name()));
    }

    private static boolean isRange(GraphNode node) {
        return node.label() == NodeLabel.PAGE_RANGE || node instanceof GraphNode.Slots;
    }

    /** One node of what is there on at least one side. */
    static GraphNode merged(@Nullable GraphNode was, @Nullable GraphNode is) {
        return was != null && was.equals(is) ? was : new Compared(was, is, Map.of());
    }

    /** Of address spaces and VMAs of after, by number, the pages that were written. */
    private static Map<Integer, Long> pagesWritten(
            Side after, Map<Integer, Map<Area, Long>> byArea) {
        Map<Integer, Long> pages = new HashMap<>();
        byArea.forEach(
                (mm, areas) -> {
                    pages.put(mm, areas.values().stream().mapToLong(n -> n).sum());
                    for (int vma : after.vmasOf(mm)) {
                        Long n = areas.get(Area.of(after.node(vma, GraphNode.Vma.class)));
                        if (n != null) {
                            pages.put(vma, n);
                        }
                    }
                });
        return pages;
    }

    private static boolean isWritten(
            @Nullable GraphNode was,
            GraphNode is,
            long pageSize,
            @Nullable ContentChanges contents) {
        return contents != null
                && was instanceof GraphNode.PageTable one
                && is instanceof GraphNode.PageTable other
                && one.pa() == other.pa()
                && contents.pages(one.pa() & -pageSize, pageSize) > 0;
    }
}
