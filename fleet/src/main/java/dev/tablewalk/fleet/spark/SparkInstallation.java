package dev.tablewalk.fleet.spark;

import dev.tablewalk.graph.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Spark that the user has installed, and the program of ours that is submitted to it. What else
 * it is to know (memory, an object store's keys) is in its own {@code conf/spark-defaults.conf}.
 *
 * @param submit its {@code spark-submit}
 * @param program the jar
 * @param java the Java that it runs on; empty if it finds one as this process did
 */
public record SparkInstallation(Path submit, Path program, String java) {
    private static final String MAIN = "dev.tablewalk.spark.Driver";

    /**
     * Finds it.
     *
     * @param home what {@code SPARK_HOME} says, if anything
     * @param program the jar, if it was built
     * @param java the folder of the Java that it is to run on; empty for this process's
     * @throws UserError if there is none
     */
    public static SparkInstallation at(
            @Nullable String home, @Nullable String program, String java) {
        if (home == null || home.isEmpty()) {
            throw UserError.input(
                    "--spark needs a Spark 4 of yours: set SPARK_HOME to its folder"
                            + " (https://spark.apache.org/downloads.html, or pip install pyspark)");
        }
        Path submit = Path.of(home, "bin", "spark-submit");
        if (!Files.isExecutable(submit)) {
            throw UserError.input(
                    "SPARK_HOME is " + home + ", where no Spark is: it has no bin/spark-submit");
        }
        if (program == null || !Files.isRegularFile(Path.of(program))) {
            throw UserError.input(
                    "what is submitted to Spark is not built: mvn -pl spark package makes it");
        }
        return new SparkInstallation(submit, Path.of(program).toAbsolutePath(), java);
    }

    /** Has the program run, on this machine, by a master. */
    ProcessBuilder process(String master, Path socket) {
        ProcessBuilder process =
                new ProcessBuilder(
                        submit.toString(),
                        "--master",
                        master,
                        "--deploy-mode",
                        "client",
                        "--name",
                        "tablewalk",
                        "--class",
                        MAIN,
                        program.toString(),
                        socket.toString());
        if (!java.isEmpty()) {
            process.environment().put("JAVA_HOME", java);
        }
        return process;
    }
}
