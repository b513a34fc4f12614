package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.fleet.spark.Spark;
import dev.tablewalk.fleet.spark.SparkInstallation;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An installation of Spark, laid out of the jars that Maven has fetched.
 *
 * @param folder what {@code SPARK_HOME} is to be
 */
record SparkHome(Path folder) {
    private static final Path MODULE = Path.of("..", "spark").toAbsolutePath().normalize();

    /** What the build has made to be submitted. */
    private static final Path PROGRAM = MODULE.resolve("target/tablewalk-spark.jar");

    private static @Nullable SparkHome shared;

    /** One for all tests that change nothing in it. */
    static synchronized SparkHome shared() throws IOException, InterruptedException {
        if (shared == null) {
            shared = at(Path.of("target", "spark").toAbsolutePath());
        }
        return shared;
    }

    /**
     * Lays one out.
     *
     * @param settings lines of {@code spark-defaults.conf}
     */
    static SparkHome at(Path folder, String... settings) throws IOException, InterruptedException {
        Process layOut =
                new ProcessBuilder(
                                MODULE.resolve("installation/lay-out").toString(),
                                folder.toString())
                        .inheritIO()
                        .start();
        assertEquals(0, layOut.waitFor());
        Files.write(folder.resolve("conf/spark-defaults.conf"), List.of(settings));
        return new SparkHome(folder);
    }

    Spark open(String master, Path data) {
        return Spark.open(
                SparkInstallation.at(folder.toString(), PROGRAM.toString(), ""),
                master,
                Spark.place(data),
                Progress.NONE);
    }

    /** Starts one of Spark's own programs, which binds to this machine's own address alone. */
    ProcessBuilder program(String... command) {
        List<String> words = new ArrayList<>();
        words.add(folder.resolve("bin/spark-class").toString());
        words.addAll(List.of(command));
        ProcessBuilder program = new ProcessBuilder(words);
        program.environment().putAll(environment());
        return program;
    }

    /** What a process is told that asks by it. */
    Map<String, String> environment() {
        return Map.of("SPARK_HOME", folder.toString(), "SPARK_LOCAL_IP", "127.0.0.1");
    }
}
