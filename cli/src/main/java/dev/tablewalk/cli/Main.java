package dev.tablewalk.cli;

import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.client.CommandLineStart;
import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cli.output.ErrorLine;
import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.process.Commands.Ended;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.cli.process.NamedFiles;
import dev.tablewalk.cli.process.Owner;
import dev.tablewalk.cli.window.LocalWindow;
import dev.tablewalk.cypher.Holder;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.QueryStops;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs the command that the arguments name in this process. */
public final class Main {
    /** Commands that open stores. */
    private static final Set<String> SHARED =
            Set.of(
                    "query", "check", "walk", "shell", "diff", "verify", "serve", "push", "remove",
                    "ingest", "watch", "export", "demo");

    /** How long others may keep this process without a word. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) throws IOException {
        OpenStores stores = new OpenStores(0);
        Invocation invocation =
                local(
                        new Invocation.Streams(
                                new FileInputStream(FileDescriptor.in),
                                new FileOutputStream(FileDescriptor.out),
                                new FileOutputStream(FileDescriptor.err)),
                        Terminal.detect(),
                        stores);
        System.exit(runAsOwner(invocation, args));
    }

    /**
     * Runs a command here and, while it runs, those of other processes on the same store home; or
     * asks the process that does so already.
     */
    private static int runAsOwner(Invocation invocation, String... args) throws IOException {
        Invocation.Place place = invocation.place();
        Path home = CommandLineStart.home(place.environment(), place.folder(), args);
        String command = CommandLineStart.command(args);
        if (command.equals("watch")) {
            makeHome(home);
        }
        if (!SHARED.contains(command) || !Files.isDirectory(home)) {
            return run(invocation, args).exitCode();
        }
        Integer exitCode = Client.askIfOwned(args);
        if (exitCode != null) {
            return exitCode;
        }
        try (Owner owner = Owner.become(home, Client.mine(false), Main::run, invocation.stores())) {
            exitCode = run(invocation, args).exitCode();
            if (owner != null && !owner.leave(PATIENCE)) {
                PrintWriter err = invocation.err();
                err.println(
                        "tablewalk: done, and stays until those have their answers that ask it: "
                                + String.join(", ", owner.users()));
            }
            return exitCode;
        }
    }

    /** For a command that stays: others are to find who has the stores open from the first on. */
    private static void makeHome(Path home) {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            // The command says what is wrong.
        }
    }

    private static Invocation local(
            Invocation.Streams streams, Terminal terminal, OpenStores stores) {
        return new Invocation(
                streams,
                terminal,
                new LocalWindow(),
                new Invocation.Place(
                        Path.of("").toAbsolutePath(),
                        new NamedFiles(ProcessHandle.current().pid()),
                        Request.known(System.getenv()),
                        Request.begun()),
                stores,
                new QueryStops(),
                Holder.me().describe());
    }

    /**
     * Runs one command, and whatever ends it becomes an exit code and, unless all is well, one line
     * on standard error.
     */
    static Ended run(Invocation invocation, String... args) {
        Tablewalk root = new Tablewalk(invocation);
        PrintWriter out = invocation.out();
        PrintWriter err = invocation.err();
        CommandLine commandLine = root.commandLine().setOut(out).setErr(err);
        try {
            int exitCode = commandLine.execute(args);
            out.flush();
            err.flush();
            return new Ended(exitCode, true);
        } catch (GuardedOutput.Closed | Error e) {
            return new Ended(
                    ErrorLine.print(e, err, root.stacktrace()),
                    !(e instanceof VirtualMachineError));
        }
    }

    /** Runs one command on a process's streams that are no terminal's; returns its exit code. */
    public static int run(InputStream in, OutputStream out, OutputStream err, String... args) {
        return run(
                        local(
                                new Invocation.Streams(in, out, err),
                                Terminal.NONE,
                                new OpenStores(0)),
                        args)
                .exitCode();
    }

    /** All commands with their options, to be described. */
    public static CommandSpec commands() {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return new Tablewalk(
                        local(
                                new Invocation.Streams(
                                        InputStream.nullInputStream(), nowhere, nowhere),
                                Terminal.NONE,
                                new OpenStores(0)))
                .commandLine()
                .getCommandSpec();
    }

    /** Runs one command whose output nobody wants; returns its exit code. */
    public static int quietly(String... args) {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return run(InputStream.nullInputStream(), nowhere, nowhere, args);
    }
}
