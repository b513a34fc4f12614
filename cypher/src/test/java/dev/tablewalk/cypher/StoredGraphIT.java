package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphNode.PageRange;
import dev.tablewalk.graph.GraphNode.PageTable;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.Link;
import dev.tablewalk.graph.GraphRelationship.Pointer;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was loaded is read back; what no load makes is refused. */
class StoredGraphIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path home;

    private static <T> List<T> list(Iterable<T> of) {
        return StreamSupport.stream(of.spliterator(), false).toList();
    }

    private static Map<GraphRelationship, Integer> counted(GuestGraph of) {
        Map<GraphRelationship, Integer> counts = new HashMap<>();
        of.relationships().forEach(each -> counts.merge(each, 1, Integer::sum));
        return counts;
    }

    private GuestGraph stored(GuestGraph graph) {
        StoreHome.at(home).load("it", graph, Progress.NONE);
        return read();
    }

    private GuestGraph read() {
        try (Checkpoint open = StoreHome.at(home).open("it")) {
            return open.graph(Progress.NONE);
        }
    }

    private void assertComesBack(GuestGraph graph) {
        GuestGraph stored = stored(graph);
        assertEquals(list(graph.nodes()), list(stored.nodes()));
        assertEquals(graph.relationshipCount(), stored.relationshipCount());
        assertEquals(counted(graph), counted(stored));
        assertEquals(graph.checkpoint(), stored.checkpoint());
    }

    @Test
    void everyKindOfNodeAndRelationshipComesBack() {
        assertComesBack(SmallGraph.named("it"));
    }

    @Test
    void soDoesALargerGraph() {
        assertComesBack(SyntheticGraph.of(20, 200, 600, 2000, 200));
    }

    /** A graph whose nodes are others, and that has some relationships more. */
    private static GuestGraph lying(UnaryOperator<GraphNode> change, GraphRelationship... more) {
        GuestGraph sound = SmallGraph.named("it");
        List<GraphRelationship> relationships = new ArrayList<>(list(sound.relationships()));
        relationships.addAll(List.of(more));
        return new ListGraph(list(sound.nodes()).stream().map(change).toList(), relationships);
    }

    /** Tables or ranges of which struct page told nothing, that say more of themselves. */
    private static GuestGraph saying(Class<? extends GraphNode> of, Map<String, Object> more) {
        return lying(
                node -> {
                    boolean silent =
                            switch (node) {
                                case PageTable table -> table.marked() == null;
                                case PageRange range -> range.frames() == null;
                                default -> false;
                            };
                    return silent && of.isInstance(node)
                            ? new GraphNode.Compared(node, node, more)
                            : node;
                });
    }

    private static void assertDamaged(String why, Supplier<GuestGraph> read) {
        UserError error = assertThrows(UserError.class, read::get);
        assertEquals(UserError.Kind.INPUT, error.kind());
        assertEquals(
                "the checkpoint's store is damaged: " + why + "; ingest its image again",
                error.getMessage());
    }

    @Test
    void aPropertyOfAnotherTypeIsDamage() {
        assertDamaged(
                "the property marked is yes",
                () -> stored(saying(PageTable.class, Map.of("marked", "yes"))));
    }

    @Test
    void aTextThatIsNoneIsDamage() {
        assertDamaged(
                "the property frame is true",
                () -> stored(saying(PageRange.class, Map.of("frame", true))));
    }

    @Test
    void aPropertyThatIsMissingIsDamage() {
        Map<String, Object> half = Map.of("frame", "anon", "mapcount_least", 1L);
        assertDamaged(
                "the property mapcount_most is null", () -> stored(saying(PageRange.class, half)));
    }

    @Test
    void aRelationshipThatLacksAPropertyIsDamage() {
        assertDamaged(
                "the property valid is null",
                () -> stored(lying(node -> node, new Pointer(0, 1, "memory", "normal"))));
        StoreHome.at(home).remove("it");
        assertDamaged(
                "the property index is null",
                () -> stored(lying(node -> node, new Pointer(0, 1, "raw", "0x3"))));
    }

    @Test
    void aPointerWithoutANameIsDamage() {
        assertDamaged(
                "a pointer has no name",
                () -> stored(lying(node -> node, new Link(RelationshipType.POINTS_TO, 0, 1))));
    }

    @Test
    void moreOrFewerNodesThanWereLoadedAreDamage() throws IOException {
        StoreHome.at(home).load("it", SmallGraph.named("it"), Progress.NONE);
        Path file = home.resolve("it").resolve("checkpoint.json");
        String sound = Files.readString(file);
        for (int tasks : new int[] {2, 4}) {
            String wrong = sound.replaceFirst("\"Task\" : 3", "\"Task\" : " + tasks);
            assertNotEquals(sound, wrong);
            Files.writeString(file, wrong);
            assertDamaged(
                    "there are " + (tasks < 3 ? "more" : "fewer") + " nodes than were loaded",
                    this::read);
        }
        Files.writeString(file, sound);
        assertTrue(read().nodeCount() > 3);
    }
}
