package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every constraint is silent where all is well, and speaks where it is violated. */
class ConstraintsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint sound;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint violated;

    @BeforeAll
    static void load() {
        sound = GuestGraphs.open(home, "sound", GuestGraphs.sound());
        violated = GuestGraphs.open(home, "violated", GuestGraphs.violated());
    }

    private static int opened;

    @AfterAll
    static void close() {
        sound.close();
        violated.close();
    }

    static List<String> ids() {
        return QueryLibrary.builtIn().constraints().stream().map(SavedQuery::id).toList();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void itSpeaksWhereItIsViolatedOnly(String id) {
        assertEquals(Outcome.State.PASSED, ask(sound, id).state(), () -> ask(sound, id).toString());
        assertEquals(Outcome.State.FAILED, ask(violated, id).state());
    }

    /** What each of the locks guards may be in the middle of a change; all else is as without. */
    @Test
    void whoHoldsALockMayBeInTheMiddleOfAChange() {
        Set<String> byLock =
                Set.of(
                        "vma_count",
                        "vma_sizes",
                        "pages_outside_vmas",
                        "entries_looser_than_vma",
                        "entries_tighter_than_vma");
        Set<String> byAny = Set.of("rss_counters", "pgtables_bytes");
        Set<String> all = new TreeSet<>(byLock);
        all.addAll(byAny);
        all.add("mapcounts");
        assertEquals(all, failed(GuestGraphs.changing(List.of(), 2, 3)));
        assertEquals(Set.of("mapcounts"), failed(GuestGraphs.changing(List.of("mmap_lock"), 2, 3)));
        for (String lock : List.of("ptl", "page_table_lock")) {
            List<String> held = List.of(lock);
            assertEquals(byLock, failed(GuestGraphs.changing(held, 2, 3)));
            all.removeAll(byAny);
            for (GuestGraph beyond :
                    List.of(
                            GuestGraphs.changing(held, 3, 3),
                            GuestGraphs.changing(held, 0, 3),
                            GuestGraphs.changing(held, 2, 512))) {
                assertEquals(all, failed(beyond));
            }
        }
    }

    private static Set<String> failed(GuestGraph graph) {
        try (Checkpoint checkpoint = GuestGraphs.open(home, "changing" + ++opened, graph)) {
            return ids().stream()
                    .filter(id -> ask(checkpoint, id).state() == Outcome.State.FAILED)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Outcome ask(Checkpoint checkpoint, String id) {
        return new CheckRun(checkpoint, Map.of(), 3, Progress.NONE)
                .outcomes(List.of(QueryLibrary.builtIn().get(id)))
                .getFirst();
    }
}
