package dev.tablewalk.cypher.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.picture.FrameKind;
import dev.tablewalk.cypher.picture.FrameMap;
import dev.tablewalk.cypher.picture.FrameReader;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.Severity;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Constraints asked of a small graph. */
class CheckRunIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint checkpoint;

    @SuppressWarnings("NullAway.Init") // set in load()
    static QueryLibrary library;

    @BeforeAll
    static void load() throws IOException {
        Path queries = Files.createDirectory(folder.resolve("queries"));
        write(queries, "many", "UNWIND range(1, 50) AS n RETURN n");
        write(queries, "none", "MATCH (n:Task {pid: -5}) RETURN n.pid AS n");
        write(queries, "broken", "RETRUN 1 AS n");
        write(
                queries,
                "endless",
                "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a + b AS n"
                        + " WHERE n < 0 RETURN n");
        write(queries, "late", "UNWIND [1, 1, 0] AS d RETURN 1 / d AS n");
        write(queries, "other_columns", "RETURN 1 AS m");
        write(queries, "writes", "CREATE (t:Task {pid: 99}) RETURN t.pid AS n");
        write(
                queries,
                "limited",
                "UNWIND range(1, $limit) AS n RETURN n",
                "// param: limit integer | how many\n");
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("small", SmallGraph.named("small"), Progress.NONE);
        checkpoint = home.open("small");
        library = QueryLibrary.with(List.of(queries));
    }

    private static void write(Path queries, String id, String cypher, String... more)
            throws IOException {
        Files.writeString(
                queries.resolve(id + ".cypher"),
                "// id: "
                        + id
                        + "\n// title: T\n// kind: constraint\n// severity: minor\n// meaning: M\n"
                        + String.join("", more)
                        + "// column: n integer | a number\n"
                        + cypher
                        + "\n");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    /** What is being asked ends, and what has not begun does not begin. */
    @Test
    @Timeout(60)
    void whatIsStoppedEndsAsErrors() {
        CheckRun run = new CheckRun(checkpoint, Map.of(), 1, Progress.NONE);
        Thread.ofPlatform().start(() -> run.stop("after a while"));
        List<SavedQuery> endless = Stream.generate(() -> library.get("endless")).limit(20).toList();
        List<Outcome> outcomes = run.outcomes(endless);
        assertEquals(20, outcomes.size());
        for (Outcome outcome : outcomes) {
            assertEquals(Outcome.State.ERROR, outcome.state());
            assertEquals("the query was stopped after a while", outcome.error());
        }
    }

    private static Outcome ask(String id, int keep, Map<String, String> parameters) {
        return new CheckRun(checkpoint, parameters, keep, Progress.NONE)
                .outcomes(List.of(library.get(id)))
                .getFirst();
    }

    private static Outcome ask(String id) {
        return ask(id, 3, Map.of());
    }

    @Test
    void allAreCountedAndTheFirstAreKept() {
        Outcome many = ask("many");
        assertEquals(Outcome.State.FAILED, many.state());
        assertEquals(50, many.count());
        assertEquals(List.of(List.of(1L), List.of(2L), List.of(3L)), many.rows());
        assertTrue(many.seconds() > 0);
        assertNull(many.error());
        assertEquals(0, ask("many", 0, Map.of()).rows().size());
        assertTrue(many.isViolationOf(Severity.MINOR) && many.isViolationOf(Severity.INFO));
        assertFalse(many.isViolationOf(Severity.MAJOR));
    }

    /** As of a command that nobody waits for any more. */
    @Test
    @Timeout(60)
    void whatTheProgressThrowsEndsIt() {
        Progress over =
                new Progress() {
                    @Override
                    public void stage(String name, long total) {
                        throw UserError.input("stopped");
                    }
                };
        List<SavedQuery> two = List.of(library.get("many"), library.get("endless"));
        CheckRun run = new CheckRun(checkpoint, Map.of(), 3, over);
        assertEquals(
                "stopped", assertThrows(UserError.class, () -> run.outcomes(two)).getMessage());
    }

    @Test
    void nothingFoundIsPassed() {
        Outcome none = ask("none");
        assertEquals(Outcome.State.PASSED, none.state());
        assertEquals(0, none.count());
        assertFalse(none.isViolationOf(Severity.INFO));
    }

    @Test
    void whatCannotBeAskedIsAnErrorAndTheRunGoesOn() {
        List<String> stages = new ArrayList<>();
        Progress progress =
                new Progress() {
                    @Override
                    public void stage(String name, long total) {
                        stages.add(name);
                    }
                };
        List<String> ids = List.of("broken", "other_columns", "writes", "limited", "many");
        List<Outcome> outcomes =
                new CheckRun(checkpoint, Map.of(), 1, progress)
                        .outcomes(ids.stream().map(library::get).toList());
        assertEquals(ids, stages);
        assertEquals(
                List.of(
                        Outcome.State.ERROR,
                        Outcome.State.ERROR,
                        Outcome.State.ERROR,
                        Outcome.State.ERROR,
                        Outcome.State.FAILED),
                outcomes.stream().map(Outcome::state).toList());
        assertTrue(String.valueOf(outcomes.get(0).error()).contains("RETRUN"));
        assertEquals(
                "it returns the columns m and declares n", String.valueOf(outcomes.get(1).error()));
        assertTrue(String.valueOf(outcomes.get(2).error()).contains("does not change"));
        assertTrue(String.valueOf(outcomes.get(3).error()).contains("$limit"));
    }

    @Test
    void severalAreAskedAtOnceAndToldInOrder() {
        List<String> told = new ArrayList<>();
        List<SavedQuery> all = new ArrayList<>(library.constraints());
        all.removeIf(query -> List.of("limited", "endless").contains(query.id()));
        new CheckRun(checkpoint, Map.of(), 1, Progress.NONE)
                .outcomes(all, outcome -> told.add(outcome.query().id()));
        assertEquals(all.stream().map(SavedQuery::id).toList(), told);
    }

    @Test
    void anInterruptEndsItAndLeavesTheStoreOpen() {
        SavedQuery endless = library.get("endless");
        Thread asking = Thread.currentThread();
        Progress interrupting =
                new Progress() {
                    @Override
                    public void stage(String name, long total) {
                        asking.interrupt();
                    }
                };
        UserError interrupted =
                assertThrows(
                        UserError.class,
                        () ->
                                new CheckRun(checkpoint, Map.of(), 1, interrupting)
                                        .outcomes(List.of(endless)));
        assertTrue(Thread.interrupted(), "the interrupt is not lost");
        assertEquals("the check was interrupted", interrupted.getMessage());
        assertEquals(50, ask("many").count());
    }

    @Test
    void anErrorKeepsWhatCameBefore() {
        Outcome late = ask("late");
        assertEquals(Outcome.State.ERROR, late.state());
        assertTrue(String.valueOf(late.error()).contains("by zero"), String.valueOf(late.error()));
        assertFalse(late.isViolationOf(Severity.INFO));
    }

    @Test
    void parametersAreTaken() {
        assertEquals(7, ask("limited", 1, Map.of("limit", "7", "else", "x")).count());
    }

    @Test
    void aSoundGuestPassesWhatComesWithTablewalk() {
        for (Outcome outcome :
                new CheckRun(checkpoint, Map.of(), 3, Progress.NONE)
                        .outcomes(
                                List.of(
                                        library.get("overlapping_vmas"),
                                        library.get("several_processes_on_one_mm")))) {
            assertEquals(Outcome.State.PASSED, outcome.state(), outcome::toString);
        }
    }

    @Test
    void framesAreReadForThePicture() {
        FrameMap frames = FrameReader.map(checkpoint, Progress.NONE);
        assertEquals(0x80000000L, frames.bytesPerCell() * frames.height() * frames.width());
        assertEquals(2L, frames.pages().get(FrameKind.SLAB), "of a range of several kinds");
        assertEquals(4L, frames.pages().get(FrameKind.ANON));
        assertEquals(513L, frames.pages().get(FrameKind.USER), "where the kernel does not say");
    }
}
