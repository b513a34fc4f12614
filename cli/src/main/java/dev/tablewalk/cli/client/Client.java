package dev.tablewalk.cli.client;

import dev.tablewalk.cli.client.Connection.Frame;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the owner of the store home run a command, and is that command for whoever started it: its
 * streams, its terminal, its exit code. Where there is no owner it starts one that stays.
 */
public final class Client {
    /** What can be asked again if the owner dies before it has answered: nothing comes of it. */
    private static final Set<String> REPEATABLE = Set.of("query", "check", "walk", "verify");

    /** What can be asked of a store home that does not exist yet. */
    private static final Set<String> MAKERS = Set.of("ingest", "watch", "demo");

    private static final int MOST_OWNERS = 5;

    private final String[] args;
    private final Path folder = Path.of("").toAbsolutePath();
    private final Map<String, String> environment = Request.known(System.getenv());
    private final Path home;
    private final Daemon daemon;
    private final Greeting me;

    private Client(String... args) {
        this.args = args;
        this.home = CommandLineStart.home(environment, folder, args);
        this.daemon = new Daemon(home);
        this.me = mine(false);
    }

    /** What this process says of itself. */
    public static Greeting mine(boolean stays) {
        return new Greeting(
                System.getProperty("tablewalk.build", ""),
                ProcessHandle.current().pid(),
                stays,
                Objects.requireNonNullElse(System.getenv("TABLEWALK_JAVA_OPTS"), ""));
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) throws IOException {
        System.exit(new Client(args).run());
    }

    private int run() throws IOException {
        String command = CommandLineStart.command(args);
        if (!Files.isDirectory(home)) {
            if (!MAKERS.contains(command)) {
                return daemon.runAlone(args);
            }
            try {
                Files.createDirectories(home);
            } catch (IOException e) {
                return daemon.runAlone(args); // It says what is wrong.
            }
        }
        for (int tries = 0; tries < MOST_OWNERS; tries++) {
            try (Connection owner = owner()) {
                if (owner == null) {
                    return daemon.runAlone(args);
                }
                Integer exitCode = ask(owner);
                if (exitCode != null) {
                    return exitCode;
                }
            }
        }
        System.err.println("tablewalk: the process that answers ends again and again");
        return ExitCode.INTERNAL;
    }

    /** Asks an owner; null if it is gone, and another may be asked as if this one had not been. */
    private @Nullable Integer ask(Connection owner) {
        Asking asking = new Asking(owner);
        Integer exitCode = asking.exitCode(request());
        boolean harmless =
                !asking.hasAnswered() && REPEATABLE.contains(CommandLineStart.command(args));
        if (exitCode != null || asking.isRefused() || harmless) {
            return exitCode;
        }
        System.err.println(
                "tablewalk: the process that ran this command has ended before the command did;"
                        + " what there is of its answer is cut short");
        return ExitCode.INTERNAL;
    }

    /**
     * Asks an owner that is there, in a process that starts none.
     *
     * @param args the command line
     * @return its exit code; null if there is no owner
     */
    public static @Nullable Integer askIfOwned(String... args) throws IOException {
        Client client = new Client(args);
        try (Connection owner = client.connect()) {
            return owner == null ? null : client.ask(owner);
        }
    }

    /**
     * Has the owner of a store home leave, and waits until it is gone. Does nothing if there is
     * none.
     *
     * @param now whether what it runs is stopped, or waited for
     * @param running hears of each command that it runs
     */
    public static void stop(Path home, boolean now, Consumer<String> running) {
        try (Connection owner = new Connection(OwnerSocket.of(home).connect())) {
            if (!Greeting.exchange(owner, mine(false)).stays()) {
                return; // It is in somebody's hands, and ends by itself.
            }
            owner.send(now ? Kind.LEAVE_NOW : Kind.LEAVE);
            for (Frame frame = owner.receive(); frame != null; frame = owner.receive()) {
                if (frame.kind() == Kind.ERR) {
                    running.accept(frame.text());
                }
            }
        } catch (IOException e) {
            // There is none, or none any more.
        }
    }

    private Request request() {
        return new Request(
                List.of(args),
                folder.toString(),
                environment,
                Terminal.detect(),
                Request.begun().toEpochMilli());
    }

    /** Whoever is the owner, or becomes it; null if there can be none. */
    private @Nullable Connection owner() throws IOException {
        for (int tries = 0; tries < MOST_OWNERS; tries++) {
            Connection owner = connect();
            if (owner != null) {
                return owner;
            }
            if (!daemon.start()) {
                return null;
            }
        }
        return connect();
    }

    /** An owner of this build; one of another makes room. */
    private @Nullable Connection connect() {
        Connection connection = null;
        try {
            connection = new Connection(OwnerSocket.of(home).connect());
            Greeting theirs = Greeting.exchange(connection, me);
            if (!theirs.stays() || isLike(theirs)) {
                return connection;
            }
            connection.send(Kind.LEAVE);
        } catch (IOException e) {
            // Nobody is there.
        }
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                // Nobody is there.
            }
        }
        return null;
    }

    /** Whoever says nothing of options takes them as they are. */
    private boolean isLike(Greeting theirs) {
        return theirs.build().equals(me.build())
                && (me.options().isEmpty() || me.options().equals(theirs.options()));
    }
}
