package dev.tablewalk.cli.client;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Processes on a store home with one checkpoint, of which none outlives its test. */
abstract class OnAHome {
    static final String ENDLESS = "UNWIND range(1, 2000000000) AS n RETURN n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final List<Launched> started = new ArrayList<>();

    final Path home() {
        return folder.resolve("home");
    }

    @BeforeEach
    final void load() {
        StoreHome.at(home()).load("guest", new HandMadeGuest("guest"), Progress.NONE);
    }

    @AfterEach
    final void stop() {
        started.forEach(command -> command.process().destroyForcibly());
        Client.stop(home(), true, user -> {});
    }

    private Launched remember(Launched command) {
        started.add(command);
        return command;
    }

    final Launched start(String... args) throws IOException {
        return remember(Launched.start(home(), Map.of(), args));
    }

    final Launched script(String script) throws IOException {
        return remember(Launched.script(home(), Map.of(), script));
    }

    final Cli run(String... args) throws IOException, InterruptedException {
        return start(args).end();
    }

    /** The process that is asked. */
    final long owner() throws IOException {
        try (Connection connection = new Connection(OwnerSocket.of(home()).connect())) {
            return Greeting.exchange(connection, Client.mine(false)).pid();
        }
    }
}
