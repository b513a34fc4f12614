package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.cli.checks.SeededGuest;
import dev.tablewalk.cli.checks.Seeds;
import dev.tablewalk.cli.diff.LabGraphs;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.engine.DuckDb;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What DuckDB reads of a data set is what the store has, property by property. */
class ExportRoundTripIT {
    /** No path should be made of it as it is. */
    private static final String GUEST = "../of two / moments é=%2F";

    @TempDir Path folder;

    static List<SeededGuest.Kernel> kernels() {
        return SeededGuest.Kernel.ALL;
    }

    private DataSet data() {
        return new DataSet(folder.resolve("data set"));
    }

    private DataSet.Manifest export(StoreHome home, String name) throws IOException {
        DataSet.Manifest made;
        try (Checkpoint checkpoint = home.open(name)) {
            made = new CheckpointExport(data(), Progress.NONE).write(checkpoint, "test");
            try (DuckDb engine = DuckDb.open(data())) {
                SameTables.assertSame(made, engine, checkpoint);
            }
        }
        assertEquals(made, data().find(made.guest(), name).orElseThrow());
        return made;
    }

    @LabGuestTest({"lab", "x86"})
    void aGuestsTwoMomentsAndTheirDiff(LabGuest guest) throws IOException {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        GuestGraph before = LabGraphs.read(guest, 1, GUEST);
        GuestGraph after = LabGraphs.read(guest, 2, GUEST);
        home.load("before", before, Progress.NONE);
        home.load("after", after, Progress.NONE);
        home.load(
                "changes",
                Diff.of(before, after, Progress.NONE).graph("changes", List.of()),
                Progress.NONE);
        assertEquals(
                before.checkpoint().identity().bootId(), after.checkpoint().identity().bootId());
        assertEquals(0, export(home, "before").ordinal());
        assertEquals(1, export(home, "after").ordinal());
        assertEquals(2, export(home, "changes").ordinal());
        assertEquals(3, data().list().size());
        data().list().forEach(each -> assertEquals(GUEST, each.guest()));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aGuestThatViolatesAll(SeededGuest.Kernel kernel) throws IOException {
        Path image = folder.resolve("seeded.raw");
        SeededGuest.write(image, kernel, Seeds.all(kernel.geometry()));
        CheckedGuest.ingest(folder, image, "seeded").close();
        StoreHome home = StoreHome.at(folder.resolve("home"));
        assertEquals(0, export(home, "seeded").ordinal());
        assertEquals(0, export(home, "seeded").ordinal()); // in the place of what is there
        assertEquals(1, data().list().size());
    }

    @Test
    void isWholeOrAbsent() throws IOException {
        Path image = folder.resolve("sound.raw");
        SeededGuest.write(image, kernels().getFirst(), List.of());
        Progress killing =
                new Progress() {
                    @Override
                    public void stage(String name, long total) {
                        if (name.equals("write mappings")) {
                            throw new IllegalStateException("killed");
                        }
                    }
                };
        DataSet.Manifest made;
        try (Checkpoint checkpoint = CheckedGuest.ingest(folder, image, "sound")) {
            assertThrows(
                    IllegalStateException.class,
                    () -> new CheckpointExport(data(), killing).write(checkpoint, "test"));
            assertEquals(List.of(), data().list());
            assertEquals(List.of(), files());
            made = new CheckpointExport(data(), Progress.NONE).write(checkpoint, "test");
        }
        assertEquals(made.rows().size() + 1, files().size());
        assertEquals(List.of(made), data().list());
    }

    /** Of checkpoints, with those that nobody is to see. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(data().folder())) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("_ordinals"))
                    .toList();
        }
    }
}
