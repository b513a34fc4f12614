package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.cypher.series.SeriesWriter;
import dev.tablewalk.graph.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, as a process of its own and within this one. */
class ServeCommandIT {
    private static final Path LAUNCHER = Path.of("..", "tablewalk").toAbsolutePath().normalize();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    private static String home() {
        return folder.resolve("home").toString();
    }

    @BeforeAll
    static void load() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        home.load("other", new HandMadeGuest("other"), Progress.NONE);
    }

    @Test
    void servesUntilItIsEndedAndLeavesNothingLocked() throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(
                                LAUNCHER.toString(),
                                "--home",
                                home(),
                                "serve",
                                "guest",
                                "other",
                                "--port",
                                "0",
                                "--bolt-port",
                                "0")
                        .redirectError(err.toFile());
        builder.environment().put("TABLEWALK_AOT", "off");
        builder.environment().put("TABLEWALK_DAEMON", "off");
        Process process = builder.start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String line = out.readLine();
                if (line == null) {
                    throw new AssertionError(lines + Files.readString(err));
                }
                lines.add(line);
            }
            assertTrue(
                    lines.get(1).matches("bolt +bolt://127[.]0[.]0[.]1:[0-9]+  guest"),
                    lines::toString);
            assertTrue(lines.get(3).endsWith("  other"), lines::toString);
            assertTrue(lines.get(2).contains("cypher-shell -a bolt://127.0.0.1:"), lines::toString);
            URI link = URI.create(lines.getFirst().replaceFirst("explorer +", ""));
            HttpResponse<String> page =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(link.resolve("/api/checkpoints"))
                                            .header(
                                                    "Authorization",
                                                    "Bearer " + link.getQuery().substring(6))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("\"other\""), page.body());
            Cli taken = Cli.run("--home", home(), "query", "guest", "RETURN 1");
            assertEquals(2, taken.exitCode(), taken::toString);
            assertTrue(taken.err().contains("is in use by"), taken::err);
        } finally {
            process.destroy();
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on after SIGTERM");
        assertEquals("", Files.readString(err));
        Cli free =
                Cli.run("--home", home(), "query", "guest", "RETURN 1 AS one", "--format", "csv");
        assertEquals(0, free.exitCode(), free::toString);
    }

    @Test
    void saysWhatIsWrongInALine() throws IOException {
        assertWrong("no checkpoint 'nobody'", "serve", "nobody");
        assertWrong("--limit takes", "serve", "guest", "--limit", "0");
        assertWrong("Missing required parameter", "serve");
        try (ServerSocket taken =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String port = "" + taken.getLocalPort();
            assertWrong(
                    "cannot listen at 127.0.0.1:" + port,
                    "serve",
                    "guest",
                    "--no-bolt",
                    "--port",
                    port);
            assertWrong(
                    "Bolt cannot listen at 127.0.0.1:" + port,
                    "serve",
                    "guest",
                    "--bolt-port",
                    port);
        }
        assertWrong(
                "the explorer cannot listen at", "serve", "guest", "--no-bolt", "--port", "70000");
    }

    /** What is wrong is found once its checkpoint is open. */
    @Test
    void aSeriesStandsForItsLastMoment() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        Series series = Series.of(home, "mine");
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            String name = series.name(writer.begin(true));
            home.load(name, new HandMadeGuest(name), Progress.NONE);
            writer.finish(
                    new Moment(
                            1,
                            Instant.EPOCH,
                            "6.1",
                            new Moment.Times(1, 1, 1, 1, 0),
                            1,
                            0,
                            Map.of(),
                            Map.of(),
                            Map.of(),
                            Map.of(),
                            Map.of(),
                            List.of()));
        }
        assertWrong(
                "the explorer cannot listen at", "serve", "mine", "--no-bolt", "--port", "70000");
    }

    private static void assertWrong(String message, String... args) {
        List<String> all = new ArrayList<>(List.of("--home", home()));
        all.addAll(List.of(args));
        Cli run = Cli.run(all.toArray(String[]::new));
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run::err);
        assertTrue(run.err().contains(message), run::err);
    }
}
