package dev.tablewalk.cli.diff;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Docs;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.NodeChange;
import dev.tablewalk.cypher.diff.PageChange.Kind;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.TableChange;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.cypher.diff.VmaChange;
import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * The questions of the page about diffs, asked of a stored diff, have the answers that the diff
 * gives.
 */
class DiffRecipesIT {
    private static final String FILE = "/tmp/wl.dat";

    /** A question's rows as a diff has them, each as text; any order. */
    private static final Map<String, Function<Difference, Stream<List<?>>>> ANSWERS =
            new LinkedHashMap<>();

    static {
        ANSWERS.put("Which processes came and went?", DiffRecipesIT::cameAndWent);
        ANSWERS.put("Which tasks are called something else?", DiffRecipesIT::renamed);
        ANSWERS.put("Which processes executed another program?", DiffRecipesIT::executed);
        ANSWERS.put("Which processes lost a mapping of this file?", DiffRecipesIT::lostFile);
        ANSWERS.put("Which VMAs have other permissions than before?", DiffRecipesIT::permissions);
        ANSWERS.put("How many pages of each process lie in another frame?", DiffRecipesIT::moved);
        ANSWERS.put(
                "How many pages of each process went to swap, and how many came from it?",
                DiffRecipesIT::swapped);
        ANSWERS.put("Which page tables did each process gain and lose?", DiffRecipesIT::tables);
        ANSWERS.put("Which tables appeared in the kernel's half?", DiffRecipesIT::kernelTables);
        ANSWERS.put(
                "Which files lost their name while they were mapped?", DiffRecipesIT::deletedFiles);
    }

    @TempDir Path folder;

    @LabGuestTest
    void haveTheDiffsAnswers(LabGuest guest) throws IOException {
        Map<String, String> recipes = recipes();
        assertEquals(List.copyOf(ANSWERS.keySet()), List.copyOf(recipes.keySet()));
        Diff diff = Diff.of(LabGraphs.read(guest, 1), LabGraphs.read(guest, 2), Progress.NONE);
        Difference difference = diff.difference();
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("changes", diff.graph("changes", List.of()), Progress.NONE);
        try (Checkpoint changes = home.open("changes")) {
            assertAll(
                    recipes.entrySet().stream()
                            .map(
                                    recipe ->
                                            () ->
                                                    assertSame(
                                                            recipe.getKey(),
                                                            difference,
                                                            changes,
                                                            recipe.getValue())));
        }
    }

    private static void assertSame(
            String question, Difference difference, Checkpoint changes, String cypher) {
        Set<String> wanted =
                Objects.requireNonNull(ANSWERS.get(question))
                        .apply(difference)
                        .map(List::toString)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = new TreeSet<>();
        try (Rows rows = changes.query(cypher, Map.of("path", FILE))) {
            rows.forEachRemaining(row -> found.add(row.toString()));
        }
        boolean mayBeNone = question.contains("kernel's half");
        assertTrue(mayBeNone || !wanted.isEmpty(), question + " has no answer in this guest");
        assertEquals(String.join("\n", wanted), String.join("\n", found), question);
    }

    /** The Cypher of the page, by the question above it. */
    private static Map<String, String> recipes() throws IOException {
        Map<String, String> recipes = new LinkedHashMap<>();
        for (Docs.Block block : Docs.cypher("docs/diffing.md")) {
            recipes.put(block.heading(), block.text());
        }
        return recipes;
    }

    private static Stream<List<?>> cameAndWent(Difference of) {
        return of.tasks().stream()
                .filter(task -> task.change().fate() != Fate.CHANGED)
                .filter(task -> task.task().pid() == task.task().tgid())
                .map(
                        task ->
                                List.of(
                                        task.change().fate() == Fate.ADDED ? "came" : "went",
                                        task.task().pid(),
                                        task.task().comm()));
    }

    private static Stream<List<?>> renamed(Difference of) {
        return of.tasks().stream()
                .filter(task -> task.change().before().containsKey("comm"))
                .map(
                        task ->
                                List.of(
                                        task.task().pid(),
                                        Objects.requireNonNull(task.change().before().get("comm")),
                                        task.task().comm()));
    }

    private static Stream<List<?>> executed(Difference of) {
        return of.tasks().stream()
                .filter(TaskChange::executed)
                .filter(task -> task.task().pid() == task.task().tgid())
                .map(task -> List.of(task.task().pid()));
    }

    private static Stream<List<?>> byProcess(
            Difference of, Function<SpaceChange, Stream<List<?>>> rows) {
        return of.processes().stream()
                .flatMap(
                        space ->
                                ((SpaceChange.OfProcess) space.owner())
                                        .pids().stream()
                                                .flatMap(
                                                        pid ->
                                                                rows.apply(space)
                                                                        .map(
                                                                                row ->
                                                                                        with(
                                                                                                pid,
                                                                                                row))));
    }

    private static List<?> with(int pid, List<?> row) {
        List<Object> all = new ArrayList<>(List.of(pid));
        all.addAll(row);
        return all;
    }

    private static Stream<List<?>> lostFile(Difference of) {
        return byProcess(
                of,
                space ->
                        space.vmas().stream()
                                .filter(vma -> vma.kind() == VmaChange.Kind.UNMAPPED)
                                .filter(vma -> vma.vma().name().equals(FILE))
                                .map(_ -> List.<Object>of()));
    }

    /** VMAs that are on both sides: one that was cut has its rest in others. */
    private static Stream<List<?>> permissions(Difference of) {
        return byProcess(
                of,
                space ->
                        space.vmas().stream()
                                .filter(vma -> vma.kind() == VmaChange.Kind.REPROTECTED)
                                .filter(
                                        vma ->
                                                vma.before() != null
                                                        && vma.after() != null
                                                        && vma.before().start()
                                                                == vma.after().start())
                                .map(
                                        vma ->
                                                List.of(
                                                        vma.vma().start(),
                                                        Objects.requireNonNull(vma.before())
                                                                .perms(),
                                                        vma.vma().perms())));
    }

    private static long pages(SpaceChange of, Kind... kinds) {
        return Stream.of(kinds).mapToLong(kind -> of.pageCounts().getOrDefault(kind, 0L)).sum();
    }

    /** Sums by pid: one pid may have two address spaces, one before and another after. */
    private static Stream<List<?>> sums(Difference of, Function<SpaceChange, List<Long>> counts) {
        Map<Integer, List<Long>> sums = new LinkedHashMap<>();
        for (SpaceChange space : of.processes()) {
            List<Long> each = counts.apply(space);
            for (int pid : ((SpaceChange.OfProcess) space.owner()).pids()) {
                sums.merge(
                        pid,
                        each,
                        (one, other) ->
                                IntStream.range(0, one.size())
                                        .mapToObj(i -> one.get(i) + other.get(i))
                                        .toList());
            }
        }
        return sums.entrySet().stream()
                .filter(sum -> sum.getValue().stream().anyMatch(n -> n > 0))
                .map(sum -> with(sum.getKey(), sum.getValue()));
    }

    private static Stream<List<?>> moved(Difference of) {
        return sums(of, space -> List.of(pages(space, Kind.MOVED)));
    }

    private static Stream<List<?>> swapped(Difference of) {
        return sums(
                of,
                space ->
                        List.of(
                                pages(space, Kind.SWAPPED_OUT, Kind.SWAP_ADDED, Kind.SWAP_MOVED),
                                pages(space, Kind.SWAPPED_IN, Kind.SWAP_REMOVED, Kind.SWAP_MOVED)));
    }

    private static long tables(SpaceChange of, TableChange.Kind kind) {
        return of.tables().stream().filter(table -> table.kind() == kind).count();
    }

    private static Stream<List<?>> tables(Difference of) {
        return sums(
                of,
                space ->
                        List.of(
                                tables(space, TableChange.Kind.ADDED),
                                tables(space, TableChange.Kind.REMOVED)));
    }

    private static Stream<List<?>> kernelTables(Difference of) {
        return of.kernel().stream()
                .flatMap(
                        space ->
                                space.tables().stream()
                                        .filter(table -> table.kind() == TableChange.Kind.ADDED)
                                        .map(
                                                table ->
                                                        List.of(
                                                                ((SpaceChange.OfKernel)
                                                                                space.owner())
                                                                        .symbol(),
                                                                table.level(),
                                                                Hex.of(table.va()),
                                                                Hex.of(
                                                                        Objects.requireNonNull(
                                                                                table.after())))));
    }

    private static Stream<List<?>> deletedFiles(Difference of) {
        return of.nodes().stream()
                .filter(change -> change.node() instanceof GraphNode.File)
                .filter(change -> Boolean.FALSE.equals(change.before().get("deleted")))
                .map((NodeChange<?> change) -> List.of(change.before().get("path")));
    }
}
