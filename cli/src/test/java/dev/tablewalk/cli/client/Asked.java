package dev.tablewalk.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.client.Connection.Frame;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Asks the owner of a store home as {@link Client} does, without a process for each command. */
public final class Asked {
    private Asked() {}

    /** Runs a command over there. */
    public static Cli run(Path home, String... args) throws IOException {
        try (Connection owner = connect(home)) {
            owner.send(Kind.REQUEST, request(home, args).bytes());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            for (Frame frame = owner.receive(); frame != null; frame = owner.receive()) {
                switch (frame.kind()) {
                    case OUT -> out.write(frame.content());
                    case ERR -> err.write(frame.content());
                    case EXIT -> {
                        return new Cli(frame.number(), out.toString(UTF_8), err.toString(UTF_8));
                    }
                    default -> throw new IOException("unexpected " + frame.kind());
                }
            }
            throw new IOException("the owner is gone");
        }
    }

    static Connection connect(Path home) throws IOException {
        Connection owner = new Connection(OwnerSocket.of(home).connect());
        Greeting.exchange(owner, Client.mine(false));
        return owner;
    }

    static Request request(Path home, String... args) {
        return new Request(
                List.of(args),
                home.toString(),
                Map.of("TABLEWALK_HOME", home.toString()),
                Terminal.NONE,
                System.currentTimeMillis());
    }
}
