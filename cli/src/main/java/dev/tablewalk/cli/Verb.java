package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.cypher.StoreHome;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What every command has: the root's options, and where to print. Returns the exit code. */
@Command
abstract class Verb implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Tablewalk root;

    final Tablewalk root() {
        return root;
    }

    final StoreHome home() {
        return root.home();
    }

    /** The run of the command, and who started it. */
    final Invocation invocation() {
        return root.invocation();
    }

    final Terminal terminal() {
        return root.invocation().terminal();
    }

    final PrintWriter out() {
        return root.out();
    }

    final PrintWriter err() {
        return root.err();
    }
}
