package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;

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
}
