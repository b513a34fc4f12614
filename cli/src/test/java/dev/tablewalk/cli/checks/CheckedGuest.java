package dev.tablewalk.cli.checks;

import static dev.tablewalk.cypher.check.Outcome.State.PASSED;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every built-in constraint finds in a guest. */
public final class CheckedGuest {
    private static final int KEPT_ROWS = 100_000;

    private final Map<String, Outcome> outcomes = new TreeMap<>();

    private CheckedGuest(List<Outcome> outcomes) {
        outcomes.forEach(o -> this.outcomes.put(o.query().id(), o));
    }

    /** Ids of the constraints that come with tablewalk. */
    static Set<String> constraints() {
        TreeSet<String> ids = new TreeSet<>();
        QueryLibrary.builtIn().constraints().stream().map(SavedQuery::id).forEach(ids::add);
        return ids;
    }

    /** Makes an image a checkpoint of the store home in a folder, and opens it. */
    public static Checkpoint ingest(Path folder, Path image, String name) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load(
                name, Ingest.read(request(name, image, true, false), Progress.NONE), Progress.NONE);
        return home.open(name);
    }

    /**
     * How a test's image is ingested.
     *
     * @param incomplete whether an image that is cut off is read
     * @param hash whether frames are hashed
     */
    public static IngestRequest request(String name, Path image, boolean incomplete, boolean hash) {
        return new IngestRequest(
                name,
                List.of(image),
                Path.of("target"),
                List.of(),
                false,
                incomplete,
                true,
                hash,
                "test");
    }

    /** Asks all constraints of a checkpoint; each answer must be the one that Neo4j gives. */
    static CheckedGuest of(Checkpoint checkpoint) {
        CheckedGuest guest = asked(checkpoint);
        assertAll(
                guest.outcomes.values().stream().map(o -> () -> assertNeo4jsAnswer(checkpoint, o)));
        return guest;
    }

    private static void assertNeo4jsAnswer(Checkpoint checkpoint, Outcome outcome) {
        List<List<@Nullable Object>> expected = new ArrayList<>();
        try (Rows rows = checkpoint.query(outcome.query().cypher(), Map.of())) {
            rows.forEachRemaining(expected::add);
        }
        assertEquals(sorted(expected), sorted(outcome.rows()), () -> outcome.query().id());
    }

    /** Rows that a constraint does not tell apart by what it sorts by may come in any order. */
    private static List<String> sorted(List<List<@Nullable Object>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(CheckedGuest::sortedText).toList().toString())
                .sorted()
                .toList();
    }

    private static String sortedText(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(CheckedGuest::sortedText).sorted().toList().toString()
                : String.valueOf(value);
    }

    private static CheckedGuest asked(Checkpoint checkpoint) {
        return new CheckedGuest(
                new CheckRun(checkpoint, Map.of(), KEPT_ROWS, Progress.NONE)
                        .outcomes(QueryLibrary.builtIn().constraints()));
    }

    private Outcome outcome(String constraint) {
        return Objects.requireNonNull(outcomes.get(constraint), constraint);
    }

    /** Fails if a constraint found anything, or could not be asked. */
    void assertSilent() {
        assertAll(
                outcomes.values().stream()
                        .map(o -> () -> assertEquals(PASSED, o.state(), () -> describe(o))));
    }

    /** Fails unless each row of each constraint is expected, and each that is expected is there. */
    void assertFindsExactly(List<Expected> all) {
        Map<String, List<Expected>> byConstraint =
                all.stream().collect(Collectors.groupingBy(Expected::constraint));
        assertAll(
                outcomes.values().stream()
                        .map(
                                o -> {
                                    List<Expected> of =
                                            byConstraint.getOrDefault(o.query().id(), List.of());
                                    return () -> assertFindsExactly(o, of);
                                }));
    }

    private static void assertFindsExactly(Outcome outcome, List<Expected> expected) {
        Set<String> wanted = new TreeSet<>();
        expected.forEach(e -> wanted.add(text(e.value())));
        Set<String> found = new TreeSet<>();
        for (List<?> row : outcome.rows()) {
            String column = expected.isEmpty() ? "none" : expected.getFirst().column();
            int at = outcome.query().columnNames().indexOf(column);
            found.add(at < 0 ? row.toString() : text(row.get(at)));
        }
        assertEquals(wanted, found, () -> describe(outcome));
    }

    private static String text(@Nullable Object value) {
        return value instanceof Long number ? Hex.of(number) : String.valueOf(value);
    }

    /** Fails unless a row of the constraint tells of what was changed. */
    void assertFinds(Expected expected) {
        Outcome outcome = outcome(expected.constraint());
        assertTrue(
                tellsOf(outcome, expected), () -> expected + " is not among " + describe(outcome));
    }

    /** Fails if a row of the constraint tells of this. */
    void assertDoesNotFind(Expected unexpected) {
        Outcome outcome = outcome(unexpected.constraint());
        assertFalse(
                tellsOf(outcome, unexpected), () -> unexpected + " is among " + describe(outcome));
    }

    private static boolean tellsOf(Outcome outcome, Expected row) {
        int column = outcome.query().columnNames().indexOf(row.column());
        return column >= 0
                && outcome.rows().stream().anyMatch(r -> row.value().equals(r.get(column)));
    }

    private static String describe(Outcome outcome) {
        return outcome.query().id()
                + ": "
                + outcome.count()
                + " rows: "
                + outcome.error()
                + outcome.rows().stream().limit(5).toList();
    }
}
