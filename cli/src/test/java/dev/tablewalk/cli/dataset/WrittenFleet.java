package dev.tablewalk.cli.dataset;

import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.cli.checks.Seed;
import dev.tablewalk.cli.checks.SeededGuest;
import dev.tablewalk.cli.checks.Seeds;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Twenty moments of ten written guests, of which some violate each constraint, as a data set; made
 * once for all tests that ask it.
 *
 * @param moments what the stores said that it was made of
 */
record WrittenFleet(DataSet data, List<MomentFacts> moments) {
    private static final Path FOLDER = Path.of("target", "written fleet");

    /** Names that are to come out of partitions as they went in. */
    private static final Map<String, String> AWKWARD =
            Map.of("guest-00", "../of two / moments é=%2F", "guest-01", "007");

    private static @Nullable WrittenFleet shared;

    /** Takes a minute the first time. */
    static synchronized WrittenFleet shared() throws IOException {
        if (shared == null) {
            Files.createDirectories(FOLDER);
            shared = export(Files.createTempDirectory(FOLDER, ""));
        }
        return shared;
    }

    private static final int GUESTS_OF_A_KERNEL = 5;
    private static final long FIRST_MOMENT = 1_790_000_000_000L;

    private static WrittenFleet export(Path folder) throws IOException {
        List<MomentFacts> moments = new ArrayList<>();
        DataSet data = new DataSet(folder.resolve("data"));
        StoreHome home = StoreHome.at(folder.resolve("home"));
        List<SeededGuest.Kernel> kernels =
                List.of(
                        SeededGuest.Kernel.ALL.getFirst(),
                        SeededGuest.Kernel.ALL.stream()
                                .filter(kernel -> kernel.toString().contains("x86"))
                                .findFirst()
                                .orElseThrow());
        for (SeededGuest.Kernel kernel : kernels) {
            List<Seed> seeds = Seeds.all(kernel.geometry());
            int parts = 2 * GUESTS_OF_A_KERNEL;
            // Builds are not told apart: some things are to be in one guest alone.
            boolean all = kernel.equals(kernels.getFirst());
            for (int i = 0; i < parts; i++) {
                int part = i;
                String guest = guest(kernels.indexOf(kernel), i / 2);
                Path image = folder.resolve("guest.raw");
                SeededGuest.write(
                        image,
                        kernel,
                        seeds.stream()
                                .filter(seed -> part(seed, seeds, parts) == part)
                                .filter(seed -> all || part % 3 != 1)
                                .toList());
                Files.setLastModifiedTime(
                        image, FileTime.fromMillis(FIRST_MOMENT + i % 2 * 60_000L + i));
                String name = "moment-" + moments.size();
                home.load(
                        name,
                        Ingest.read(
                                CheckedGuest.request(name, image, true, true).of(guest),
                                Progress.NONE),
                        Progress.NONE);
                try (var checkpoint = home.open(name)) {
                    new CheckpointExport(data, Progress.NONE).write(checkpoint, "test");
                    moments.add(MomentFacts.of(checkpoint));
                }
                home.remove(name);
                Files.delete(image);
            }
        }
        return new WrittenFleet(data, moments);
    }

    private static String guest(int kernel, int number) {
        String guest = "guest-" + kernel + number;
        return AWKWARD.getOrDefault(guest, guest);
    }

    /** All that makes something executable is in one guest, which alone has it then. */
    private static int part(Seed seed, List<Seed> seeds, int parts) {
        return seed.constraint().contains("executable") ? 1 : seeds.indexOf(seed) % parts;
    }
}
