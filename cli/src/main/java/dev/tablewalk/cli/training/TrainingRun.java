package dev.tablewalk.cli.training;

import dev.tablewalk.cli.Main;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.shell.Shell;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Does once what users do, in one process, and throws the results away. */
public final class TrainingRun {
    /** The store home that it leaves in its folder, and a checkpoint there. */
    static final String HOME = "home";

    static final String NAME = "training";

    private static final String SCRIPT =
            """
            MATCH (t:Task) WHERE t.pid = $pid RETURN t;
            :param pid=1
            MATCH (t:Task) WHERE t.pid = $pid RETURN t;
            :walk 1 0xaaaab0c81000
            :schema
            """;

    /** As keys: the second tab shows what there is to choose from. */
    private static final String TYPED =
            "MATCH (t:Ta\t {pi\t: 1})\nRETURN t.comm,\n t.p\t\t;\n:hex\n:info\n:quit\n";

    private TrainingRun() {}

    /**
     * Runs the commands.
     *
     * @param args the folder to work in, which must not exist; the caller deletes it
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        StoreHome.at(folder.resolve(HOME)).load(NAME, new HandMadeGuest(NAME), Progress.NONE);
        Path truth = Files.writeString(folder.resolve("truth"), HandMadeGuest.TRUTH);
        Path noImage = Files.createFile(folder.resolve("empty"));
        String home = folder.resolve(HOME).toString();
        Main.quietly("ingest", "--home", home, "--as", "other", noImage.toString());
        // A whole ingest: what finding a kernel and walking its tables loads.
        Path image = folder.resolve("guest.raw");
        DemoGuest.at(false).write(image);
        UsedMemory.fill(image);
        Main.quietly("ingest", "--home", home, "--as", "guest", "--hash", image.toString());
        Main.quietly(
                "query",
                "--home",
                home,
                NAME,
                "MATCH p=(t:Task)-[:POINTS_TO*]->(r:PageRange) RETURN t.pid, t, p ORDER BY t.pid");
        Main.quietly(
                "query",
                "--home",
                home,
                NAME,
                "MATCH (t:Task) WHERE t.pid = $pid RETURN t.comm, count(*) AS n",
                "-p",
                "pid=1",
                "--format",
                "json");
        Main.quietly(
                "walk", "--home", home, NAME, "--pid", "1", Hex.of(HandMadeGuest.VA), "--timings");
        Main.run(
                new ByteArrayInputStream(SCRIPT.getBytes(StandardCharsets.UTF_8)),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                "shell",
                "--home",
                home,
                NAME);
        prompt(StoreHome.at(folder.resolve(HOME)), folder.resolve("history"));
        plan(StoreHome.at(folder.resolve(HOME)));
        Main.quietly("check", "--home", home, NAME);
        Main.quietly(
                "check",
                "--home",
                home,
                NAME,
                "--format",
                "json",
                "--report",
                folder.resolve("page.html").toString());
        Path later = folder.resolve("later.raw");
        DemoGuest.at(true).write(later);
        Main.quietly("ingest", "--home", home, "--as", "later", later.toString());
        Main.quietly("diff", "--home", home, "guest", "later", "--as", "changes");
        Main.quietly("verify", "--home", home, NAME, "--truth", truth.toString());
        capture(folder, image);
    }

    /** Questions as users ask them, planned by Neo4j: check plans none of its own. */
    private static void plan(StoreHome home) {
        try (Checkpoint checkpoint = home.open(NAME)) {
            for (SavedQuery query : QueryLibrary.builtIn().constraints()) {
                try (Rows rows = checkpoint.query(query.cypher(), query.values(Map.of()))) {
                    rows.forEachRemaining(_ -> {});
                }
            }
        }
    }

    /** From a QEMU, where there is one, whose processors run into nothing; so it stands still. */
    private static void capture(Path folder, Path ram) throws IOException {
        Path socket = folder.resolve("qmp");
        long size = Files.size(ram);
        Process qemu;
        try {
            qemu =
                    new ProcessBuilder(
                                    "qemu-system-aarch64",
                                    "-machine",
                                    "virt,memory-backend=ram",
                                    "-cpu",
                                    "max",
                                    "-m",
                                    size + "B",
                                    "-object",
                                    "memory-backend-file,id=ram,share=on,size="
                                            + size
                                            + ",mem-path="
                                            + ram.getFileName(),
                                    "-nodefaults",
                                    "-display",
                                    "none",
                                    "-qmp",
                                    "unix:" + socket.getFileName() + ",server=on,wait=off")
                            .directory(folder.toFile()) // names without commas, sockets' short
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException noQemu) {
            return;
        }
        try {
            while (qemu.isAlive() && !Files.exists(socket)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            for (int i = 0; i < 3; i++) {
                Main.quietly(
                        "capture",
                        folder.resolve("captured.elf").toString(),
                        "--force",
                        "--qmp",
                        socket.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            qemu.destroyForcibly();
        }
    }

    /** A shell on a terminal that is none. */
    private static void prompt(StoreHome home, Path history) throws IOException {
        InputStream typed = new ByteArrayInputStream(TYPED.getBytes(StandardCharsets.UTF_8));
        try (Checkpoint checkpoint = home.open(NAME);
                Terminal terminal =
                        TerminalBuilder.builder()
                                .system(false)
                                .streams(typed, OutputStream.nullOutputStream())
                                .build()) {
            Shell.prompt(
                    checkpoint,
                    new Shell.Settings(
                            RowFormat.TABLE,
                            List.of(),
                            QueryLibrary.builtIn(),
                            history,
                            Path::of,
                            false),
                    terminal,
                    new Pager("cat > /dev/null"),
                    new PrintWriter(Writer.nullWriter()));
        }
    }
}
