package dev.tablewalk.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;

/** One command's run: its exit code and what it printed. */
public record Cli(int exitCode, String out, String err) {
    /** Runs it in this process, with no terminal. */
    public static Cli run(String... args) {
        return run(InputStream.nullInputStream(), args);
    }

    /** The same, with something on its standard input. */
    public static Cli run(InputStream in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(in, out, err, args);
        return new Cli(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Runs it, and requires that it does what it is to do. */
    public static Cli succeed(String... args) {
        Cli run = run(args);
        assertEquals(0, run.exitCode, run::toString);
        return run;
    }

    /** The rows of an answer in CSV, without the names of its columns. */
    public static List<String> rows(String home, String checkpoint, String cypher) {
        return succeed("query", checkpoint, cypher, "--format", "csv", "--home", home)
                .out
                .lines()
                .skip(1)
                .toList();
    }

    /** Without the times in JSON, which differ from run to run. */
    public Cli withoutSeconds() {
        return new Cli(exitCode, out.replaceAll("\"seconds\" *: *[0-9.E-]+", ""), err);
    }
}
