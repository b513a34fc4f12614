package dev.tablewalk.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tablewalk.graph.GraphNode.PageTable;
import dev.tablewalk.graph.GraphNode.Region;
import dev.tablewalk.graph.GraphRelationship.LeafMapping;
import dev.tablewalk.graph.GraphRelationship.SwapMapping;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a diff says of one node and of one relationship. */
class ComparedTest {
    private static final Region SMALL = new Region("modules", 0x1000, 0x2000);
    private static final Region LARGE = new Region("modules", 0x1000, 0x3000);

    private static Map<String, Object> node(
            @Nullable GraphNode before, @Nullable GraphNode after, Map<String, Object> extra) {
        return PropertyMap.of(new GraphNode.Compared(before, after, extra)::describe);
    }

    private static List<NodeLabel> labels(@Nullable GraphNode before, @Nullable GraphNode after) {
        return new GraphNode.Compared(before, after, Map.of()).labels();
    }

    private static PageTable table(boolean root, @Nullable Long va) {
        return new PageTable(
                0x4000, "PTE", va, 0, 1, 0, null, null, root, List.of(root ? "walk" : "scan"));
    }

    @Test
    void aNodeHasItsFateAsALabel() {
        assertEquals(List.of(NodeLabel.REGION, NodeLabel.ADDED), labels(null, LARGE));
        assertEquals(List.of(NodeLabel.REGION, NodeLabel.REMOVED), labels(SMALL, null));
        assertEquals(List.of(NodeLabel.REGION, NodeLabel.CHANGED), labels(SMALL, LARGE));
        assertEquals(List.of(NodeLabel.REGION), labels(SMALL, new Region("modules", 4096, 8192)));
    }

    @Test
    void itsOtherLabelsAreThoseItHasNow() {
        assertEquals(
                List.of(NodeLabel.PAGE_TABLE, NodeLabel.ROOT, NodeLabel.CHANGED),
                labels(table(false, 0L), table(true, 0L)));
        assertEquals(
                List.of(NodeLabel.PAGE_TABLE, NodeLabel.CANDIDATE, NodeLabel.REMOVED),
                labels(table(false, null), null));
    }

    @Test
    void aNodeOnBothSidesTellsWhatItWas() {
        assertEquals(
                Map.of(
                        "name",
                        "modules",
                        "start",
                        0x1000L,
                        "end",
                        0x3000L,
                        "before_end",
                        0x2000L,
                        "after_end",
                        0x3000L),
                node(SMALL, LARGE, Map.of()));
        Map<String, Object> reached = node(table(false, null), table(false, 0L), Map.of());
        assertEquals(0L, reached.get("after_va"));
        assertFalse(reached.containsKey("before_va"), "it had none");
    }

    @Test
    void aNodeOnOneSideIsAsItIsThere() {
        assertEquals(PropertyMap.of(SMALL::describe), node(SMALL, null, Map.of()));
        assertEquals(PropertyMap.of(LARGE::describe), node(null, LARGE, Map.of()));
    }

    @Test
    void moreThatADiffKnowsIsNoChange() {
        GraphNode.Compared written =
                new GraphNode.Compared(SMALL, SMALL, Map.of("written", true, "pages_written", 3L));
        assertEquals(List.of(NodeLabel.REGION), written.labels());
        assertEquals(
                Map.of(
                        "name",
                        "modules",
                        "start",
                        0x1000L,
                        "end",
                        0x2000L,
                        "written",
                        true,
                        "pages_written",
                        3L),
                PropertyMap.of(written::describe));
    }

    @Test
    void aCheckIsChangedIfItsResultOrItsViolationsAre() {
        assertEquals(List.of(NodeLabel.CHECK), check("failed", 2).labels());
        assertEquals(List.of(NodeLabel.CHECK, NodeLabel.CHANGED), check("failed", 3).labels());
        assertEquals(List.of(NodeLabel.CHECK, NodeLabel.CHANGED), check("error", 2).labels());
    }

    private static GraphNode.Check check(String after, long rows) {
        return new GraphNode.Check("id", "title", "minor", "failed", after, 2, rows);
    }

    private static LeafMapping leaf(boolean writable) {
        return new LeafMapping(
                3,
                4,
                0,
                2,
                0x1000,
                2,
                4096,
                writable ? 0x43 : 0xc3,
                new LeafAttributes(
                        true, writable, false, false, true, true, false, false, false, "normal"));
    }

    private static Map<String, Object> relationship(
            @Nullable GraphRelationship before, @Nullable GraphRelationship after, long written) {
        GraphRelationship.Compared compared =
                new GraphRelationship.Compared(before, after, written);
        assertEquals(3, compared.from());
        assertEquals(4, compared.to());
        return PropertyMap.of(compared::describe);
    }

    @Test
    void aRelationshipHasItsFateAsAProperty() {
        assertEquals("added", relationship(null, leaf(true), 0).get("fate"));
        assertEquals("removed", relationship(leaf(true), null, 0).get("fate"));
        Map<String, Object> changed = relationship(leaf(false), leaf(true), 0);
        assertEquals("changed", changed.get("fate"));
        assertEquals(false, changed.get("before_writable"));
        assertEquals(true, changed.get("after_writable"));
        assertEquals(true, changed.get("writable"));
        assertFalse(changed.containsKey("before_va"), "the same on both sides");
        assertFalse(changed.containsKey("pages_written"));
    }

    @Test
    void pagesThatWereWrittenAreNoFate() {
        Map<String, Object> written = relationship(leaf(true), leaf(true), 2);
        assertFalse(written.containsKey("fate"));
        assertEquals(2L, written.get("pages_written"));
    }

    @Test
    void aSwapEntryThatWasCutHasNoRaw() {
        SwapMapping swap = new SwapMapping(3, 4, 5, 0x5000, 1, 4096, null);
        assertEquals(RelationshipType.SWAPPED_TO, swap.type());
        assertEquals(
                Map.of("index", 5L, "va", 0x5000L, "pages", 1L, "size", 4096L),
                relationship(swap, swap, 0));
    }

    @Test
    void nothingIsOnNeitherSide() {
        assertThrows(
                IllegalArgumentException.class, () -> new GraphNode.Compared(null, null, Map.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new GraphRelationship.Compared(null, null, 1));
    }
}
