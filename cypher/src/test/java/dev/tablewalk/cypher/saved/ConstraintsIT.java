package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
        sound = open("sound", GuestGraphs.sound());
        violated = open("violated", GuestGraphs.violated());
    }

    private static Checkpoint open(String name, GuestGraph graph) {
        StoreHome store = StoreHome.at(home);
        store.load(name, graph, Progress.NONE);
        return store.open(name);
    }

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

    private static Outcome ask(Checkpoint checkpoint, String id) {
        return new CheckRun(checkpoint, Map.of(), 3, Progress.NONE)
                .outcomes(List.of(QueryLibrary.builtIn().get(id)))
                .getFirst();
    }
}
