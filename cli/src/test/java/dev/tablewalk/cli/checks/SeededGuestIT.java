package dev.tablewalk.cli.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cli.checks.SeededGuest.Kernel;
import dev.tablewalk.cypher.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Written guests: the constraints are silent where all is well, and each finds what was planted for
 * it and nothing else.
 */
class SeededGuestIT {
    @TempDir Path folder;

    static List<Kernel> kernels() {
        return Kernel.ALL;
    }

    private CheckedGuest check(Path image) {
        try (Checkpoint checkpoint = CheckedGuest.ingest(folder, image, "guest")) {
            return CheckedGuest.of(checkpoint);
        }
    }

    @Test
    void everyConstraintHasASeed() {
        Set<String> seeded = new TreeSet<>();
        kernels().stream()
                .flatMap(kernel -> Seeds.all(kernel.geometry()).stream())
                .forEach(seed -> seeded.add(seed.constraint()));
        assertEquals(CheckedGuest.constraints(), seeded);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aSoundGuestIsSilent(Kernel kernel) throws IOException {
        Path image = folder.resolve("sound.raw");
        SeededGuest.write(image, kernel, List.of());
        check(image).assertSilent();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void soIsOneOfFewOptions(Kernel kernel) throws IOException {
        Path image = folder.resolve("unusual.raw");
        SeededGuest.writeUnusual(image, kernel);
        check(image).assertSilent();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void eachSeedIsFoundAndNothingElse(Kernel kernel) throws IOException {
        Path image = folder.resolve("seeded.raw");
        List<Expected> expected = SeededGuest.write(image, kernel, Seeds.all(kernel.geometry()));
        check(image).assertFindsExactly(expected);
    }
}
