package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tablewalk.cli.report.SavedQueryText;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Serves the explorer until it is closed. */
public final class Explorer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService requests;
    private final ScheduledExecutorService clock;
    private final Answers answers;
    private final Served served;

    private Explorer(
            HttpServer server,
            ExecutorService requests,
            ScheduledExecutorService clock,
            Answers answers,
            Served served) {
        this.server = server;
        this.requests = requests;
        this.clock = clock;
        this.answers = answers;
        this.served = served;
    }

    /**
     * Begins to serve.
     *
     * @param host the address to listen at
     * @param port the port; 0 for any that is free
     * @param token what a request must carry
     * @param served closed with it
     * @throws UserError if it cannot listen there
     */
    public static Explorer start(String host, int port, String token, Served served) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (IOException | IllegalArgumentException e) {
            throw UserError.input(
                    "the explorer cannot listen at "
                            + host
                            + ":"
                            + port
                            + " ("
                            + e.getMessage()
                            + "): choose another with --port",
                    e);
        }
        ScheduledExecutorService clock =
                Executors.newScheduledThreadPool(
                        1, Thread.ofPlatform().daemon().name("clock").factory());
        ExecutorService requests =
                // Not virtual ones: a question computes, and would keep others from a processor.
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("request-", 0).factory());
        Gate gate = new Gate(host, server.getAddress().getPort(), token);
        Map<String, HttpHandler> handlers = new LinkedHashMap<>();
        Files files = new Files();
        handlers.put("/", new Assets(files));
        if (served.hasBolt()) {
            handlers.put(Neo4jBrowser.PATH, new Neo4jBrowser(files, served.checkpoints()));
        }
        handlers.put(Checkpoints.PATH, new Checkpoints(served));
        handlers.put(TimeLines.PATH, new TimeLines(served));
        handlers.put("/api/changes", new Changes(served));
        handlers.put("/api/queries", exchange -> Replies.json(exchange, queries(served)));
        Answers answers = new Answers(served, clock);
        handlers.put("/api/query", answers);
        handlers.put("/api/checks", new Checks(served));
        handlers.put("/api/schema", exchange -> Replies.json(exchange, Schema.words()));
        Frames frames = new Frames(served);
        handlers.put(Frames.PATH, frames);
        handlers.forEach(
                (path, handler) -> {
                    HttpContext context = server.createContext(path, handler);
                    context.getFilters().add(gate);
                });
        server.setExecutor(requests);
        server.start();
        requests.execute(frames::prepare);
        return new Explorer(server, requests, clock, answers, served);
    }

    private static List<Map<String, @Nullable Object>> queries(Served served) {
        return served.library().all().stream().map(SavedQueryText::json).toList();
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Ends; what is being answered is cut off. */
    @Override
    public void close() {
        answers.stop();
        server.stop(0);
        requests.shutdown();
        try {
            if (!requests.awaitTermination(2, TimeUnit.SECONDS)) {
                requests.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
        served.close();
    }
}
