package dev.tablewalk.cli.process;

import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.window.Window;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.QueryStops;
import dev.tablewalk.cypher.StoreHome;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One run of a command, and all that it has of whoever started it: this process's own user, or
 * another process that asks this one. Commands reach the outside through it alone.
 *
 * @param streams what it reads and writes
 * @param terminal what of these is a terminal
 * @param window for what is typed; used only if {@code terminal} says that somebody types
 * @param place where it was started
 * @param stores the stores that are open in this process
 * @param stops stops what it asks, when nobody wants to know any more
 * @param user who it is, as others are told that cannot have what it holds
 */
public record Invocation(
        Streams streams,
        Terminal terminal,
        Window window,
        Place place,
        OpenStores stores,
        QueryStops stops,
        String user) {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * Standard input and outputs, as bytes.
     *
     * @param in read when it is wanted, and not before
     */
    public record Streams(InputStream in, OutputStream out, OutputStream err) {}

    /**
     * Where and when a command was started.
     *
     * @param folder its working directory
     * @param files what in a name stands for something of the process that started it
     * @param environment its variables, as far as commands know them
     * @param begun when its process was started
     */
    public record Place(
            Path folder, NamedFiles files, Map<String, String> environment, Instant begun) {
        /** Does not show the environment, which may hold a password. */
        @Override
        public String toString() {
            return folder.toString();
        }
    }

    /** For results, and for nothing else. Each line goes out at once if somebody reads along. */
    public PrintWriter out() {
        return writer(streams.out, terminal.stdout());
    }

    /** For all that is not a result. */
    public PrintWriter err() {
        return writer(streams.err, true);
    }

    private static PrintWriter writer(OutputStream to, boolean flushLines) {
        return new PrintWriter(
                new OutputStreamWriter(
                        new BufferedOutputStream(new GuardedOutput(to), BUFFER_BYTES),
                        StandardCharsets.UTF_8),
                flushLines);
    }

    /** The file that a name means where the command was started; absolute. */
    public Path path(String name) {
        return place.files.path(place.folder, name);
    }

    /** The store home at a folder. */
    public StoreHome home(Path folder) {
        return StoreHome.at(folder, stores, stops, user);
    }

    /** How long ago its process was started. */
    public Duration age() {
        return Duration.between(place.begun, Instant.now());
    }
}
