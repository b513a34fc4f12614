package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.fleet.Questions;
import dev.tablewalk.fleet.engine.DuckDb;
import dev.tablewalk.fleet.engine.Engine;
import dev.tablewalk.fleet.engine.SqlRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Each saved question to a data set, asked by DuckDB and by Spark, and held against what Cypher
 * says of each of its checkpoints.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetQuestionsIT {
    private static final QueryLibrary QUESTIONS = QueryLibrary.sql(Questions.folder(), "test");

    private final Set<String> asked = new HashSet<>();
    private List<MomentFacts> moments = List.of();
    private List<Engine> engines = List.of();

    @BeforeAll
    void open() throws IOException, InterruptedException {
        WrittenFleet fleet = WrittenFleet.shared();
        moments = fleet.moments();
        engines =
                List.of(
                        DuckDb.open(fleet.data()),
                        SparkHome.shared().open("local[2]", fleet.data().folder()));
    }

    @AfterAll
    void allWereAsked() {
        assertEquals(
                QUESTIONS.all().stream().map(SavedQuery::id).collect(Collectors.toSet()), asked);
        engines.forEach(Engine::close);
    }

    /**
     * The rows of a question, in its order, which each engine tells alike; its columns are those
     * that its file names.
     */
    private List<String> ask(String id, Map<String, String> given) {
        asked.add(id);
        SavedQuery question = QUESTIONS.get(id);
        List<List<String>> answers = new ArrayList<>();
        for (Engine engine : engines) {
            List<String> all = new ArrayList<>();
            try (SqlRows rows = engine.query(question.cypher(), question.values(given))) {
                assertEquals(question.columnNames(), rows.columns());
                rows.forEachRemaining(row -> all.add(row.toString()));
            }
            answers.add(all);
        }
        assertEquals(answers.getFirst(), answers.getLast());
        return answers.getFirst();
    }

    private static String row(@Nullable Object... values) {
        return Arrays.asList(values).toString();
    }

    private static void assertRows(List<String> expected, List<String> actual) {
        assertFalse(expected.isEmpty(), "nothing to find");
        assertEquals(expected.stream().sorted().toList(), actual.stream().sorted().toList());
    }

    private Map<String, List<MomentFacts>> by(Function<MomentFacts, String> key) {
        return moments.stream()
                .sorted(Comparator.comparingLong(MomentFacts::capturedAt))
                .collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
    }

    @Test
    void eachConstraintIsViolatedSomewhere() {
        Set<String> violated = new TreeSet<>();
        moments.forEach(moment -> violated.addAll(moment.violations().keySet()));
        // Of the others there are seeds with other kernels.
        assertTrue(violated.size() > 40, violated::toString);
    }

    @Test
    void violationsByGuest() {
        List<String> expected = new ArrayList<>();
        by(MomentFacts::guest)
                .forEach(
                        (guest, of) -> {
                            Map<String, long[]> sums = new TreeMap<>();
                            for (MomentFacts moment : of) {
                                moment.violations()
                                        .forEach(
                                                (check, count) -> {
                                                    long[] sum =
                                                            sums.computeIfAbsent(
                                                                    check, _ -> new long[2]);
                                                    sum[0]++;
                                                    sum[1] += count;
                                                });
                            }
                            sums.forEach(
                                    (check, sum) ->
                                            expected.add(
                                                    row(
                                                            guest,
                                                            check,
                                                            MomentFacts.severity(check),
                                                            sum[0],
                                                            sum[1])));
                        });
        assertRows(expected, ask("violations_by_guest", Map.of()));
    }

    @Test
    void checksThatChanged() {
        List<String> expected = new ArrayList<>();
        by(MomentFacts::guest)
                .forEach(
                        (guest, of) -> {
                            MomentFacts before = of.get(0);
                            MomentFacts after = of.get(1);
                            Set<String> checks = new TreeSet<>(before.violations().keySet());
                            checks.addAll(after.violations().keySet());
                            for (String check : checks) {
                                long was = before.violations().getOrDefault(check, 0L);
                                long is = after.violations().getOrDefault(check, 0L);
                                if (was != is) {
                                    expected.add(
                                            row(
                                                    guest,
                                                    before.name(),
                                                    after.name(),
                                                    after.capturedAt(),
                                                    check,
                                                    MomentFacts.severity(check),
                                                    was,
                                                    is));
                                }
                            }
                        });
        assertRows(expected, ask("checks_that_changed", Map.of()));
    }

    @Test
    void anomaliesAndTornMoments() {
        List<String> expected = new ArrayList<>();
        for (MomentFacts moment : moments) {
            moment.anomalies()
                    .forEach(
                            (kind, count) ->
                                    expected.add(
                                            row(
                                                    moment.guest(),
                                                    moment.name(),
                                                    moment.capturedAt(),
                                                    kind,
                                                    count)));
        }
        assertRows(expected, ask("anomalies_and_torn_moments", Map.of()));
    }

    @Test
    void kernelsInUse() {
        List<String> expected = new ArrayList<>();
        by(MomentFacts::kernel)
                .forEach(
                        (kernel, of) ->
                                expected.add(
                                        "["
                                                + kernel
                                                + ", "
                                                + of.stream()
                                                        .map(MomentFacts::guest)
                                                        .distinct()
                                                        .count()
                                                + ", "
                                                + of.size()
                                                + "]"));
        assertRows(expected, ask("kernels_in_use", Map.of()));
    }

    @Test
    void processMemoryOverTime() {
        String comm = moments.getFirst().processes().getFirst().comm();
        List<String> expected = new ArrayList<>();
        for (MomentFacts moment : moments) {
            for (MomentFacts.Space process : moment.processes()) {
                if (process.comm().equals(comm) && process.pages() > 0) {
                    expected.add(
                            row(
                                    moment.guest(),
                                    moment.name(),
                                    moment.capturedAt(),
                                    process.pid(),
                                    process.pages(),
                                    process.writable()));
                }
            }
        }
        assertRows(expected, ask("process_memory_over_time", Map.of("comm", comm)));
    }

    @Test
    void largestGrowth() {
        List<String> expected = new ArrayList<>();
        by(MomentFacts::guest)
                .forEach(
                        (guest, of) -> {
                            MomentFacts before = of.get(0);
                            MomentFacts after = of.get(1);
                            for (MomentFacts.Space was : before.processes()) {
                                for (MomentFacts.Space is : after.processes()) {
                                    boolean same =
                                            was.pid() == is.pid() && was.started() == is.started();
                                    if (same && was.pages() > 0 && is.pages() > was.pages()) {
                                        expected.add(
                                                row(
                                                        guest,
                                                        is.pid(),
                                                        is.comm(),
                                                        before.name(),
                                                        after.name(),
                                                        was.pages(),
                                                        is.pages(),
                                                        is.pages() - was.pages()));
                                    }
                                }
                            }
                        });
        assertRows(expected, ask("largest_growth", Map.of()));
    }

    @Test
    void frameOwnerOverTime() {
        MomentFacts first = moments.getFirst();
        List<String> expected = new ArrayList<>();
        for (MomentFacts moment : by(MomentFacts::guest).getOrDefault(first.guest(), List.of())) {
            moment.owners()
                    .forEach(owner -> expected.add(row(moment.name(), moment.capturedAt(), owner)));
        }
        String pa = Long.toString(MomentFacts.LOOKED_AT_PAGE * first.pageSize() + first.lowestPa());
        List<String> told = ask("frame_owner_over_time", Map.of("guest", first.guest(), "pa", pa));
        assertRows(
                expected.stream().map(each -> each.replaceAll("[\\[\\]]", "")).toList(),
                told.stream().map(each -> each.replaceAll("[\\[\\]]", "")).toList());
    }

    @Test
    void executablesOnOneGuest() {
        Map<String, Set<String>> guests = new HashMap<>();
        for (MomentFacts moment : moments) {
            for (String mapped : moment.executables().keySet()) {
                guests.computeIfAbsent(moment.build() + mapped, _ -> new TreeSet<>())
                        .add(moment.guest());
            }
        }
        List<String> expected = new ArrayList<>();
        by(MomentFacts::guest)
                .forEach(
                        (guest, of) -> {
                            Map<String, List<Long>> alone = new TreeMap<>();
                            for (MomentFacts moment : of) {
                                moment.executables()
                                        .forEach(
                                                (mapped, pages) -> {
                                                    String key = moment.build() + mapped;
                                                    if (guests.getOrDefault(key, Set.of()).size()
                                                            == 1) {
                                                        alone.computeIfAbsent(
                                                                        mapped,
                                                                        _ -> new ArrayList<>())
                                                                .add(pages);
                                                    }
                                                });
                            }
                            alone.forEach(
                                    (mapped, pages) ->
                                            expected.add(
                                                    "["
                                                            + of.getFirst().build()
                                                            + ", "
                                                            + guest
                                                            + ", "
                                                            + mapped
                                                            + ", "
                                                            + pages.size()
                                                            + ", "
                                                            + pages.stream()
                                                                    .mapToLong(n -> n)
                                                                    .max()
                                                                    .orElse(0)
                                                            + "]"));
                        });
        assertRows(expected, ask("executables_on_one_guest", Map.of()));
    }

    @Test
    void tablesOnOneGuest() {
        Map<String, Set<String>> guests = new HashMap<>();
        List<MomentFacts> last =
                by(MomentFacts::guest).values().stream().map(List::getLast).toList();
        for (MomentFacts moment : last) {
            moment.kernelTables()
                    .forEach(
                            (place, says) ->
                                    guests.computeIfAbsent(
                                                    moment.build() + place + says,
                                                    _ -> new TreeSet<>())
                                            .add(moment.guest()));
        }
        List<String> expected = new ArrayList<>();
        for (MomentFacts moment : last) {
            moment.kernelTables()
                    .forEach(
                            (place, says) -> {
                                String key = moment.build() + place + says;
                                if (guests.getOrDefault(key, Set.of()).size() == 1) {
                                    expected.add(
                                            row(moment.build(), moment.guest(), moment.name())
                                                            .replace("]", ", ")
                                                    + place
                                                    + "]");
                                }
                            });
        }
        List<String> told =
                ask("tables_on_one_guest", Map.of()).stream()
                        .map(each -> each.replaceAll(", [0-9]+]$", "]"))
                        .toList();
        assertRows(expected, told);
    }

    @Test
    void equalFrames() {
        Map<Long, Set<String>> guests = new HashMap<>();
        Map<Long, Long> frames = new HashMap<>();
        for (List<MomentFacts> of : by(MomentFacts::guest).values()) {
            MomentFacts last = of.getLast();
            last.hashes()
                    .forEach(
                            (hash, count) -> {
                                guests.computeIfAbsent(hash, _ -> new HashSet<>())
                                        .add(last.guest());
                                frames.merge(hash, count, Long::sum);
                            });
        }
        List<String> expected =
                guests.entrySet().stream()
                        .filter(each -> each.getValue().size() >= 4)
                        .map(
                                each ->
                                        row(
                                                each.getKey(),
                                                each.getValue().size(),
                                                frames.get(each.getKey())))
                        .toList();
        assertTrue(expected.size() <= 1000, "the question tells of so many");
        assertRows(expected, ask("equal_frames", Map.of("least", "4")));
    }
}
