package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One command's run: its exit code and what it printed. */
public record Cli(int exitCode, String out, String err) {
    /** Runs it in this process, with no terminal. */
    public static Cli run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Main.run(Terminal.NONE, new PrintWriter(out), new PrintWriter(err, true), args);
        return new Cli(exitCode, out.toString(), err.toString());
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
}
