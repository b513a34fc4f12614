package dev.tablewalk.cli.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A master of Spark's and workers with a processor each, as processes of this machine. */
final class SparkCluster implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HOST = "127.0.0.1";
    private static final int PATIENCE_SECONDS = 120;

    private final List<Process> processes = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final String master;

    /**
     * One of its workers.
     *
     * @param page where it tells of itself
     */
    record Worker(Process process, String page) {
        /** The id that the one executor of the one application has here; -1 as long as none is. */
        int executor() {
            JsonNode executors = json(page).path("executors");
            return executors.size() == 1 ? executors.get(0).path("id").asInt(-1) : -1;
        }

        /** Ends it and its executor at once, as a machine ends that loses its power. */
        void kill() throws InterruptedException {
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
            all.forEach(ProcessHandle::destroyForcibly);
            await("the worker's end", () -> all.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    /**
     * Starts one, and waits until it is whole.
     *
     * @param folder for its logs
     */
    SparkCluster(SparkHome home, Path folder, int count) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = freePort();
        int page = freePort();
        master = "spark://" + HOST + ":" + port;
        start(
                home,
                folder.resolve("master"),
                "org.apache.spark.deploy.master.Master",
                "--host",
                HOST,
                "--port",
                Integer.toString(port),
                "--webui-port",
                Integer.toString(page));
        for (int i = 0; i < count; i++) {
            int own = freePort();
            Process process =
                    start(
                            home,
                            folder.resolve("worker-" + i),
                            "org.apache.spark.deploy.worker.Worker",
                            "--host",
                            HOST,
                            "--cores",
                            "1",
                            "--memory",
                            "600m",
                            "--webui-port",
                            Integer.toString(own),
                            "--work-dir",
                            folder.resolve("work-" + i).toString(),
                            master);
            workers.add(new Worker(process, page(own)));
        }
        await("the workers", () -> json(page(page)).path("aliveworkers").asInt() == count);
    }

    private Process start(SparkHome home, Path log, String... command) throws IOException {
        ProcessBuilder builder = home.program(command);
        builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        processes.add(process);
        return process;
    }

    private static String page(int port) {
        return "http://" + HOST + ":" + port + "/json/";
    }

    String master() {
        return master;
    }

    List<Worker> workers() {
        return workers;
    }

    /** A port of this machine's own address that nobody listens at. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What an address tells; nothing as long as nobody is there. */
    static JsonNode json(String address) {
        try (InputStream in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    static void await(String what, BooleanSupplier there) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for " + what + " in vain");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
