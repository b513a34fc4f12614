package dev.tablewalk.cli;

import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.mcp.McpService;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.serve.Explorer;
import dev.tablewalk.cli.serve.Served;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Serves checkpoints to a browser and to Neo4j's own tools. */
@Command(
        name = "serve",
        description = {
            "Serve checkpoints: the explorer for a browser, and Bolt for Neo4j Browser,"
                    + " cypher-shell and drivers, a port for each checkpoint.",
            "Both are read-only, ask for the token and the password that this prints, and are"
                    + " reached from this machine alone unless --listen says otherwise. Ctrl-C ends"
                    + " it.",
            "With a moment of a series, all moments of that series are shown over time; those that"
                    + " are whole are opened when they are gone to.",
            "With --mcp it answers an assistant instead, or another program that starts it and"
                    + " speaks the Model Context Protocol on its standard input and output: the"
                    + " checkpoints that are named, or all, opened when they are first asked, and"
                    + " closed when they are not asked any more. It ends with its input."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk serve before",
            "  tablewalk serve before after changes --port 8080",
            "  tablewalk serve my-guest",
            "  tablewalk serve before --limit 600 --no-bolt",
            "  tablewalk serve --mcp --home /var/lib/tablewalk"
        })
final class ServeCommand extends Verb {
    private static final int TOKEN_BYTES = 18;
    private static final int MOST_SECONDS = 1_000_000;

    /** Options of who listens at ports. */
    private static final List<String> LISTENING =
            List.of("--port", "--bolt-port", "--no-bolt", "--listen");

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description =
                    "The checkpoints; of a series its last moment. Only with --mcp there may be"
                            + " none, which stands for all.")
    private List<String> names = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Option(
            names = "--mcp",
            description =
                    "Speak the Model Context Protocol on standard input and output, and nothing"
                            + " else.")
    private boolean mcp;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7474",
            description = "Of the explorer; 0 for any that is free. ${DEFAULT-VALUE} if not given.")
    private int port = 7474;

    @Option(
            names = "--bolt-port",
            paramLabel = "PORT",
            defaultValue = "7687",
            description =
                    "Of Bolt for the first checkpoint; the others have those that follow. 0 for any"
                            + " that are free. ${DEFAULT-VALUE} if not given.")
    private int boltPort = 7687;

    @Option(names = "--no-bolt", description = "The explorer only.")
    private boolean noBolt;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Where to listen; another than ${DEFAULT-VALUE} lets others reach what the"
                            + " guest held, unencrypted.")
    private String listen = "127.0.0.1";

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long one question may take. ${DEFAULT-VALUE} if not given.")
    private int limit = 60;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        if (limit < 1 || limit > MOST_SECONDS) {
            throw UserError.input("--limit takes 1 to " + MOST_SECONDS + " seconds");
        }
        if (mcp) {
            return serveMcp();
        }
        if (names.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required parameter: 'NAME' (or --mcp)");
        }
        QueryLibrary library = queries.library(home());
        String password = secret();
        Deque<AutoCloseable> open = new ArrayDeque<>();
        // Ctrl-C and kill end the process by this thread alone: it closes what is open.
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = Thread.ofPlatform().unstarted(() -> close(open, closed));
        Runtime.getRuntime().addShutdownHook(closing);
        invocation().stops().with(() -> close(open, closed));
        try {
            List<Checkpoint> checkpoints = open(password, open);
            String token = secret();
            Explorer explorer =
                    Explorer.start(
                            listen,
                            port,
                            token,
                            new Served(home(), checkpoints, library, Duration.ofSeconds(limit)));
            push(open, explorer);
            say(explorer, token, password, checkpoints);
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(open, closed);
            forget(closing);
        }
        return ExitCode.DONE;
    }

    private int serveMcp() {
        ParseResult parsed = spec.commandLine().getParseResult();
        for (String option : LISTENING) {
            if (parsed.hasMatchedOption(option)) {
                throw UserError.input(
                        option + " goes without --mcp, which listens at no port: leave it out");
            }
        }
        if (!Files.isDirectory(home().folder())) {
            throw UserError.input(
                    "no store home "
                            + home().folder()
                            + ": make a checkpoint with tablewalk ingest, or name the folder with"
                            + " --home");
        }
        QueryLibrary library = queries.library(home());
        List<String> served = names.stream().map(this::checkpoint).distinct().toList();
        McpService service =
                new McpService(home(), served, library, Duration.ofSeconds(limit), Version.text());
        Thread closing = Thread.ofPlatform().unstarted(service::close);
        Runtime.getRuntime().addShutdownHook(closing);
        invocation().stops().with(service::close);
        if (terminal().stdin()) {
            err().println(
                            "tablewalk: waits for a program that speaks the Model Context"
                                    + " Protocol; Ctrl-D ends it");
        }
        try {
            service.serve(invocation().streams().in(), invocation().streams().out());
        } catch (IOException e) {
            throw UserError.input("standard input cannot be read: " + e.getMessage(), e);
        } finally {
            service.close();
            forget(closing);
        }
        return ExitCode.DONE;
    }

    /** The process may go on for others. */
    private static void forget(Thread closing) {
        try {
            Runtime.getRuntime().removeShutdownHook(closing);
        } catch (IllegalStateException e) {
            // It is ending, and the thread runs.
        }
    }

    private List<Checkpoint> open(String password, Deque<AutoCloseable> open) {
        List<Checkpoint> checkpoints = new ArrayList<>();
        try (ConsoleProgress progress = reporting.begin(this)) {
            for (String name : names.stream().map(this::checkpoint).distinct().toList()) {
                progress.stage("open " + name, 0);
                Checkpoint checkpoint = home().open(name);
                push(open, checkpoint);
                if (!noBolt) {
                    int at = boltPort == 0 ? 0 : boltPort + checkpoints.size();
                    checkpoint.listen(
                            new BoltAccess(listen, at, password, Duration.ofSeconds(limit)));
                }
                checkpoints.add(checkpoint);
            }
        }
        return checkpoints;
    }

    /** A series stands for its last moment that is whole: the others are a click away. */
    private String checkpoint(String name) {
        boolean isCheckpoint = home().list().stream().anyMatch(one -> one.name().equals(name));
        if (isCheckpoint) {
            return name;
        }
        return Series.all(home()).stream()
                .filter(series -> series.prefix().equals(name))
                .flatMap(
                        series ->
                                series.moments().reversed().stream()
                                        .filter(series::isWhole)
                                        .map(moment -> series.name(moment.number())))
                .findFirst()
                .orElse(name);
    }

    private static void push(Deque<AutoCloseable> open, AutoCloseable one) {
        synchronized (open) {
            open.push(one);
        }
    }

    private static void close(Deque<AutoCloseable> open, CountDownLatch closed) {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    // The process ends; what it holds goes with it.
                }
            }
        }
        closed.countDown();
    }

    private void say(
            Explorer explorer, String token, String password, List<Checkpoint> checkpoints) {
        out().println(
                        "explorer  http://"
                                + BoltAccess.hostAndPort(listen, explorer.port())
                                + "/?token="
                                + token);
        if (!noBolt) {
            for (Checkpoint checkpoint : checkpoints) {
                String uri = "bolt://" + BoltAccess.hostAndPort(listen, checkpoint.boltPort());
                out().println("bolt      " + uri + "  " + checkpoint.info().name());
                out().println(
                                "          cypher-shell -a "
                                        + uri
                                        + " -u "
                                        + BoltAccess.USER
                                        + " -p "
                                        + password);
            }
        }
        out().flush();
    }

    private static String secret() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
