package dev.tablewalk.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many that ask at once, and many one after the other. */
class ManyAskersIT extends OnAHome {
    @Test
    void twentyAtOnceOfWhomSomeAreNoGood() throws Exception {
        String[] check = {"check", "guest", "--format", "json", "--fail-on", "never"};
        String[] walk = {"walk", "guest", "--pid", "1", "0xffff800008000000", "--format", "json"};
        Cli checked = run(check).withoutSeconds();
        assertEquals(0, checked.exitCode(), checked::toString);
        Cli walked = run(walk);

        // One that nobody reads, one that never has an answer, three that are killed.
        Process unread = Launched.unread(home(), "query", "guest", ENDLESS);
        try {
            Launched silent =
                    start("query", "guest", ENDLESS.replace("RETURN n", "RETURN sum(n) AS sum"));
            List<Launched> killed = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                killed.add(start("query", "guest", ENDLESS, "--format", "ndjson"));
            }
            Launched serve =
                    start("serve", "guest", "--port", "0", "--bolt-port", "0").awaitOutput();
            Map<Launched, Cli> asked = new LinkedHashMap<>();
            Launched shell =
                    script(
                            "for i in 1 2 3; do echo \"RETURN $i AS x;\"; sleep 1; done |"
                                    + " \"$TW\" shell guest --format ndjson");
            asked.put(shell, new Cli(0, "{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n", ""));
            for (int i = 0; i < 9; i++) {
                asked.put(
                        start("query", "guest", "RETURN " + i + " AS x", "--format", "ndjson"),
                        new Cli(0, "{\"x\":" + i + "}\n", ""));
            }
            for (int i = 0; i < 2; i++) {
                asked.put(start(check), checked);
                asked.put(start(walk), walked);
            }
            List<Object> others = List.of(unread, silent, serve);
            assertEquals(20, asked.size() + killed.size() + others.size());
            for (Launched each : killed) {
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(400));
                each.process().destroyForcibly();
            }
            for (Map.Entry<Launched, Cli> each : asked.entrySet()) {
                assertEquals(each.getValue(), each.getKey().end().withoutSeconds());
            }
            assertEquals(200, explorerStatus(serve.out()));
        } finally {
            unread.destroyForcibly();
        }
    }

    private static int explorerStatus(String said) throws IOException, InterruptedException {
        URI link =
                URI.create(said.lines().findFirst().orElseThrow().replaceFirst("explorer +", ""));
        HttpRequest request =
                HttpRequest.newBuilder(link.resolve("/api/checkpoints"))
                        .header("Authorization", "Bearer " + link.getQuery().substring(6))
                        .build();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            return browser.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /** What an owner has of the system. */
    private record Held(int threads, int files, long heapKib) {
        static Held of(long pid) throws IOException, InterruptedException {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(pid),
                                    "GC.run")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            jcmd.waitFor();
            Path process = Path.of("/proc", Long.toString(pid));
            int threads;
            try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
                threads = (int) tasks.count();
            }
            try (Stream<Path> files = Files.list(process.resolve("fd"))) {
                return new Held(threads, (int) files.count(), heap(pid));
            }
        }

        private static long heap(long pid) throws IOException {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(pid),
                                    "GC.heap_info")
                            .start();
            // A line a generation: "DefNew  total 39296K, used 1234K [0x…".
            return jcmd.inputReader()
                    .lines()
                    .map(USED::matcher)
                    .filter(Matcher::find)
                    .mapToLong(used -> Long.parseLong(used.group(1)))
                    .sum();
        }

        private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
    }

    @Test
    void tenThousandInARowLeaveNothingBehind() throws Exception {
        run("query", "guest", "RETURN 1");
        long owner = owner();
        ask(0, 2000);
        Held before = Held.of(owner);
        ask(2000, 10_000);
        Held after = Held.of(owner);
        assertTrue(before.heapKib > 0, before::toString);
        assertTrue(after.threads <= before.threads + 4, before + " " + after);
        assertTrue(after.files <= before.files + 4, before + " " + after);
        assertTrue(after.heapKib < before.heapKib * 1.2 + 4096, before + " " + after);
    }

    /** A question each, and another question each time. */
    private void ask(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            Cli answer =
                    Asked.run(
                            home(),
                            "query",
                            "guest",
                            "MATCH (t:Task {pid: 1}) RETURN " + i % 50 + " + $i AS x",
                            "-p",
                            "i=" + i,
                            "--format",
                            "ndjson");
            assertEquals(new Cli(0, "{\"x\":" + (i + i % 50) + "}\n", ""), answer);
        }
    }
}
