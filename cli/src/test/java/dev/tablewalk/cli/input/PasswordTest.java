package dev.tablewalk.cli.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.cli.process.NamedFiles;
import dev.tablewalk.cli.shell.TypedTerminal;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cli.window.Window;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.QueryStops;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PasswordTest {
    private static Invocation invocation(TypedTerminal typed, Map<String, String> environment) {
        return new Invocation(
                new Invocation.Streams(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream()),
                new Terminal(true, true, true, TypedTerminal.COLUMNS),
                new Window() {
                    @Override
                    public org.jline.terminal.Terminal open() {
                        return typed.terminal();
                    }

                    @Override
                    public Pager pager() {
                        return new Pager("");
                    }
                },
                new Invocation.Place(
                        Path.of("").toAbsolutePath(),
                        new NamedFiles(ProcessHandle.current().pid()),
                        environment,
                        Instant.now()),
                new OpenStores(0),
                new QueryStops(),
                "test");
    }

    @Test
    void whoTypesItDoesNotSeeIt() throws Exception {
        try (TypedTerminal typed = new TypedTerminal()) {
            CompletableFuture<String> read =
                    CompletableFuture.supplyAsync(
                            () -> new Password().read(invocation(typed, Map.of()), "me at home"));
            typed.read("Password of me at home: ");
            typed.type("open sesame\r");
            assertEquals("open sesame", read.get(60, TimeUnit.SECONDS));
            assertFalse(typed.shown().contains("sesame"), typed.shown());
        }
    }

    @Test
    void theEnvironmentHasItAndDoesNotShowIt() throws Exception {
        try (TypedTerminal typed = new TypedTerminal()) {
            Invocation invocation = invocation(typed, Map.of(Request.PASSWORD, "open sesame"));
            assertEquals("open sesame", new Password().read(invocation, "me"));
            assertFalse(invocation.toString().contains("sesame"), invocation.toString());
        }
    }
}
