package dev.tablewalk.cli.isf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.verify.Report;
import dev.tablewalk.cypher.verify.Verification;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.ImageSource;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.IsfExport;
import dev.tablewalk.ingest.lab.Damage;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/** Real guests whose types are gone, read by a symbol file of an intact one. */
class SymbolFileIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    private Path exported(LabGuest guest) throws IOException {
        Path file = folder.resolve(guest.name() + ".json");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            new IsfExport(new ImageSource(List.of(guest.image(1)), folder, List.of()), "", "0.1.0")
                    .write(out, Progress.NONE);
        }
        return file;
    }

    private static IngestRequest request(Path image) {
        return new IngestRequest(
                "guest",
                List.of(image),
                Path.of("target"),
                List.of(),
                false,
                false,
                true,
                false,
                "test");
    }

    private Path wiped(LabGuest guest, int moment, boolean random) throws IOException {
        return new Damage.NoTypes(random)
                .inflict(guest.image(moment), folder.resolve("wiped"), moment)
                .image();
    }

    /** Its file is of the first moment, and serves both; the bytes of the second are random. */
    @LabGuestTest({"lab", "x86-6.12"})
    void withoutItsTypesAGuestIsReadAllTheSame(LabGuest guest, int moment) throws IOException {
        Path wiped = wiped(guest, moment, moment == 2);
        UserError refused =
                assertThrows(UserError.class, () -> Ingest.read(request(wiped), Progress.NONE));
        assertEquals(UserError.Kind.IMAGE, refused.kind());
        assertTrue(String.valueOf(refused.getMessage()).contains("--isf"), refused.getMessage());

        GuestGraph graph = Ingest.read(request(wiped).with(exported(guest)), Progress.NONE);
        assertEquals(0, graph.checkpoint().anomalies());
        assertSame(Ingest.read(request(guest.image(moment)), Progress.NONE), graph);
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", graph, Progress.NONE);
        try (Checkpoint checkpoint = home.open("guest")) {
            Report report =
                    Verification.of(guest.truth(moment), Progress.NONE)
                            .compare(checkpoint, 20, Progress.NONE);
            assertTrue(report.exact(), () -> report.tallies() + "\n" + report.differences());
        }
    }

    /** Nor does it say where anything lies: the file's types find its first task. */
    @LabGuestTest
    void withoutItsTypesAndVmcoreinfoAGuestIsReadAllTheSame(LabGuest guest) throws IOException {
        Path wiped =
                new Damage.NoVmcoreinfo()
                        .inflict(wiped(guest, 2, false), folder.resolve("silent"), 2)
                        .image();
        UserError refused =
                assertThrows(UserError.class, () -> Ingest.read(request(wiped), Progress.NONE));
        assertTrue(String.valueOf(refused.getMessage()).contains("--isf"), refused.getMessage());

        GuestGraph graph = Ingest.read(request(wiped).with(exported(guest)), Progress.NONE);
        String source = String.valueOf(graph.checkpoint().found().get("vmcoreinfo"));
        assertTrue(source.startsWith("none"), source);
        assertSame(Ingest.read(request(guest.image(2)), Progress.NONE), graph);
    }

    /** All but the checkpoint itself, which tells of another file and of how things were found. */
    private static void assertSame(GuestGraph expected, GuestGraph actual) {
        assertEquals(expected.nodeCount(), actual.nodeCount());
        Iterator<GraphNode> nodes = actual.nodes().iterator();
        for (GraphNode node : expected.nodes()) {
            GraphNode same = nodes.next();
            if (!(node instanceof GraphNode.Checkpoint)) {
                assertEquals(node, same);
            }
        }
        assertEquals(expected.relationshipCount(), actual.relationshipCount());
        Iterator<GraphRelationship> relationships = actual.relationships().iterator();
        for (GraphRelationship relationship : expected.relationships()) {
            assertEquals(relationship, relationships.next());
        }
    }

    /** One build of the kernel, on another CPU and moved by another number of bytes at boot. */
    @Test
    @NeedsLabGuest({"arm64-6.12", "arm64-6.12-lpa2"})
    void aFileOfAnotherGuestOfTheSameKernelServes() throws IOException {
        LabGuest other = LabGuests.require("arm64-6.12");
        LabGuest guest = LabGuests.require("arm64-6.12-lpa2");
        GuestGraph graph =
                Ingest.read(request(wiped(guest, 1, false)).with(exported(other)), Progress.NONE);
        GuestGraph intact = Ingest.read(request(guest.image(1)), Progress.NONE);
        assertSame(intact, graph);
    }

    @Test
    @NeedsLabGuest({"arm64-6.1", "arm64-6.12"})
    void aFileOfAnotherKernelIsRefused() throws IOException {
        Path file = exported(LabGuests.require("arm64-6.1"));
        Path image = LabGuests.require("arm64-6.12").image(1);
        UserError refused =
                assertThrows(
                        UserError.class,
                        () -> Ingest.read(request(image).with(file), Progress.NONE));
        assertEquals(UserError.Kind.INPUT, refused.kind());
        String said = String.valueOf(refused.getMessage());
        assertTrue(
                said.matches(".*is of Linux 6\\.1\\..*, the image holds Linux 6\\.12\\..*"), said);
    }

    /** The build is the image's, but addresses do not fit: the file was put together wrongly. */
    @Test
    @NeedsLabGuest("arm64-6.1")
    void symbolsThatLieElsewhereAreRefused() throws IOException {
        LabGuest guest = LabGuests.require("arm64-6.1");
        ObjectNode file = (ObjectNode) JSON.readTree(exported(guest).toFile());
        long moved = 0;
        for (JsonNode symbol : file.get("symbols")) {
            moved += 0x1000;
            ((ObjectNode) symbol).put("address", symbol.get("address").longValue() - moved);
        }
        Path wrong = folder.resolve("wrong.json");
        JSON.writeValue(wrong.toFile(), file);
        UserError refused =
                assertThrows(
                        UserError.class,
                        () -> Ingest.read(request(guest.image(1)).with(wrong), Progress.NONE));
        assertTrue(String.valueOf(refused.getMessage()).contains("moved alike"));

        // Without any symbol it describes types only, and those are enough.
        file.putObject("symbols");
        JSON.writeValue(wrong.toFile(), file);
        assertSame(
                Ingest.read(request(guest.image(1)), Progress.NONE),
                Ingest.read(request(guest.image(1)).with(wrong), Progress.NONE));
    }

    @LabGuestTest
    void isWhatVolatilityReads(LabGuest guest) throws IOException {
        JsonNode file = JSON.readTree(exported(guest).toFile());
        assertEquals(List.of(), VolatilityRules.schemaErrors(file));
        assertEquals(List.of(), VolatilityRules.broken(file));
        assertTrue(file.get("user_types").size() > 5000);
        assertTrue(file.get("symbols").size() > 20_000);
        assertEquals(saidOfItself(guest), banner(file));
    }

    /** {@code /proc/version}, which prints {@code linux_banner} anew from what it is made of. */
    private static String saidOfItself(LabGuest guest) throws IOException {
        try (Stream<String> lines = Files.lines(guest.truth(1), StandardCharsets.ISO_8859_1)) {
            String start = "VERSION ";
            return lines.filter(line -> line.startsWith(start))
                            .findFirst()
                            .orElseThrow()
                            .substring(start.length())
                    + "\n\0";
        }
    }

    private static String banner(JsonNode file) throws IOException {
        return new String(
                file.at("/symbols/linux_banner/constant_data").binaryValue(),
                StandardCharsets.ISO_8859_1);
    }

    private Cli run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--home";
        all[args.length + 1] = folder.resolve("home").toString();
        return Cli.run(all);
    }

    @Test
    @NeedsLabGuest("arm64-6.1")
    void exportWritesOneFileWholeOrNone() throws IOException {
        Path image = folder.resolve("guest.raw");
        Files.createSymbolicLink(image, LabGuests.require("arm64-6.1").image(1));
        assertEquals(0, run("ingest", image.toString(), "--as", "g", "--no-scan").exitCode());
        Cli plain = run("export", "g", "--format", "isf");
        assertEquals(0, plain.exitCode(), plain::err);
        assertEquals(List.of(), VolatilityRules.broken(JSON.readTree(plain.out())));
        for (String name : List.of("k.json", "k.json.xz", "k.json.gz")) {
            Path file = folder.resolve(name);
            Cli run = run("export", "g", "--format", "isf", "--output", file.toString());
            assertEquals(0, run.exitCode(), run::err);
            assertEquals("", run.out());
            assertEquals(plain.out(), unpacked(file), name);
            Cli again = run("export", "g", "--format", "isf", "--output", file.toString());
            assertEquals(2, again.exitCode(), again::err);
            assertTrue(again.err().contains("--force"), again::err);
        }
        Path file = folder.resolve("k.json");
        Files.writeString(file, "old");
        assertEquals(
                0,
                run("export", "g", "--format", "isf", "--force", "-o", file.toString()).exitCode());
        assertEquals(plain.out(), unpacked(file));

        Files.delete(image);
        assertRefused("does not exist");
        Files.writeString(image, "another");
        assertRefused("is not the image that the checkpoint was made of");
        Files.setLastModifiedTime(image, FileTime.fromMillis(0));
        assertRefused("is not the image that the checkpoint was made of");
    }

    private void assertRefused(String says) {
        Path file = folder.resolve("none.json");
        Cli run = run("export", "g", "--format", "isf", "--output", file.toString());
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().contains(says), run::err);
        assertFalse(Files.exists(file));
    }

    private static String unpacked(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream text =
                        file.toString().endsWith("xz")
                                ? new XZInputStream(in)
                                : file.toString().endsWith("gz") ? new GZIPInputStream(in) : in) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
