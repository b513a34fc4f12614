package dev.tablewalk.cli.process;

import dev.tablewalk.cli.client.Connection;
import dev.tablewalk.cli.client.Connection.Frame;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cypher.Holder;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.QueryStops;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A command that another process asks for, and runs here as if it ran there. */
final class AskedCommand {
    private final Connection connection;
    private final Request request;
    private final AskedWindow window;
    private final AskedInput input;
    private final QueryStops stops = new QueryStops();
    private final Invocation invocation;

    private AskedCommand(Connection connection, Request request, long pid, OpenStores stores) {
        this.connection = connection;
        this.request = request;
        this.input = new AskedInput(connection);
        this.window = new AskedWindow(connection, request);
        Instant begun = Instant.ofEpochMilli(request.begunMillis());
        this.invocation =
                new Invocation(
                        new Invocation.Streams(
                                input,
                                new Sent(connection, Kind.OUT),
                                new Sent(connection, Kind.ERR)),
                        request.terminal(),
                        window,
                        new Invocation.Place(
                                Path.of(request.folder()),
                                new NamedFiles(pid),
                                request.environment(),
                                begun),
                        stores,
                        stops,
                        new Holder(pid, "tablewalk " + String.join(" ", request.args()), begun)
                                .describe());
    }

    /** Reads what is asked for. */
    static AskedCommand of(Connection connection, Frame request, long pid, OpenStores stores)
            throws IOException {
        return new AskedCommand(connection, Request.of(request.content()), pid, stores);
    }

    String user() {
        return invocation.user();
    }

    /** It is to be asked of the next owner. */
    void refuse() throws IOException {
        connection.send(Kind.LEAVE);
    }

    void stop(String why) {
        stops.now(why);
    }

    /**
     * Runs it to its end.
     *
     * @return {@link Commands.Ended#sound}
     */
    boolean run(Commands commands) throws IOException {
        Thread.ofPlatform().daemon().name("asks").start(this::listen);
        Commands.Ended ended = commands.run(invocation, request.args().toArray(new String[0]));
        connection.send(Kind.EXIT, ended.exitCode());
        return ended.sound();
    }

    /** Hears what the other process has to say while the command runs, and when it is gone. */
    private void listen() {
        try {
            for (Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                switch (frame.kind()) {
                    case INPUT -> {
                        if (!window.keys(frame.content())) {
                            input.add(frame.content());
                        }
                    }
                    case RESIZED -> window.resize(frame.content());
                    case PAGER_ENDED -> window.pagerEnded();
                    default -> throw new IOException("not what a process that asks says");
                }
            }
        } catch (IOException e) {
            // Nobody is there to be told.
        }
        stops.now("as whoever asked is gone");
        input.end();
        try {
            window.end();
        } catch (IOException e) {
            // It is closed, and nobody is there to be told.
        }
    }
}
