package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.verify.Report;
import dev.tablewalk.cypher.verify.Verification;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.lab.Damage;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Real guests, held against what they said of themselves. */
class RealGuestIT {
    @TempDir Path folder;

    private static GuestGraph read(Path image, List<String> ram, boolean incomplete) {
        return Ingest.read(
                new IngestRequest(
                        "guest",
                        List.of(image),
                        Path.of("target"),
                        ram,
                        false,
                        incomplete,
                        true,
                        false,
                        "test"),
                Progress.NONE);
    }

    private Checkpoint checkpoint(GuestGraph graph) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", graph, Progress.NONE);
        return home.open("guest");
    }

    private static List<List<? extends @Nullable Object>> rows(Checkpoint in, String cypher) {
        List<List<? extends @Nullable Object>> all = new ArrayList<>();
        try (Rows rows = in.query(cypher, Map.of())) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    @LabGuestTest({"lab", "x86"})
    void isExactlyWhatTheGuestSaid(LabGuest guest, int moment) throws IOException {
        GuestGraph graph = read(guest.image(moment), List.of(), false);
        assertEquals(0, graph.checkpoint().anomalies(), "anomalies in a sound guest");
        try (Checkpoint checkpoint = checkpoint(graph)) {
            Report report =
                    Verification.of(guest.truth(moment), Progress.NONE)
                            .compare(checkpoint, 20, Progress.NONE);
            assertTrue(report.exact(), () -> report.tallies() + "\n" + report.differences());
            assertEquals(0, report.notCompared().moved(), "the lab's processes all sleep");
            report.tallies()
                    .forEach(t -> assertTrue(t.inTruth() > 100, () -> "hardly anything: " + t));
            walksAreTheGraphsPaths(checkpoint);
        }
        isOfWhomTheGuestSaid(graph.checkpoint().identity(), said(guest.truth(moment)));
    }

    /** What the guest says of itself as a whole: the first record of each word. */
    private static Map<String, String> said(Path truth) throws IOException {
        Map<String, String> said = new HashMap<>();
        try (Stream<String> lines = Files.lines(truth, StandardCharsets.ISO_8859_1)) {
            lines.forEach(
                    line -> {
                        String[] parts = line.split(" ", 2);
                        if (parts.length == 2) {
                            said.putIfAbsent(parts[0], parts[1]);
                        }
                    });
        }
        return said;
    }

    private static void isOfWhomTheGuestSaid(GuestIdentity identity, Map<String, String> said) {
        // Where the kernel has no symbols of data, nothing says where these two are.
        if (!identity.randomBootId().isEmpty()) {
            assertEquals(said.get("BOOT_ID"), identity.randomBootId());
        }
        assertEquals("first_tasks", identity.bootFrom());
        switch (identity.guestFrom()) {
            case "dmi" -> assertEquals(said.get("PRODUCT_UUID"), identity.guest());
            case "nodename" -> assertEquals(said.get("NODENAME"), identity.guest());
            default -> {
                assertEquals("boot_id", identity.guestFrom());
                assertEquals("(none)", said.get("NODENAME"));
                assertEquals(identity.bootId(), identity.guest());
            }
        }
        assertEquals("timekeeper", identity.capturedFrom());
        long clock = new BigDecimal(said.getOrDefault("CLOCK", "0")).movePointRight(3).longValue();
        long later = identity.capturedAt() - clock;
        assertTrue(
                later > -2_000 && later < 30_000,
                () -> "stopped " + later + " ms after the truth was taken");
    }

    /** Each page that init maps is where tw.walk says, and where the relationships lead. */
    private static void walksAreTheGraphsPaths(Checkpoint checkpoint) {
        List<List<? extends @Nullable Object>> paths =
                rows(
                        checkpoint,
                        """
                        MATCH p = (:Task {pid: 1})-[:POINTS_TO*]->(r:PageRange)
                        WITH last(relationships(p)) AS leaf, r,
                             [l IN relationships(p) WHERE l.index IS NOT NULL | l.index] AS indices
                        CALL tw.walk(1, leaf.va) YIELD step, index, kind, pa
                        WITH leaf, r, indices, step, index, kind, pa ORDER BY step
                        WITH leaf, r, indices, collect(index) AS walked,
                             [x IN collect(CASE WHEN kind = 'leaf' THEN pa END) | x][0] AS pa
                        RETURN indices = walked AND pa = r.pa AS same, leaf.va, indices, walked, pa, r.pa\
                        """);
        assertTrue(paths.size() > 5, "init maps hardly anything");
        for (List<? extends @Nullable Object> path : paths) {
            assertEquals(true, path.get(0), path::toString);
        }
    }

    /** Frames that lie at the same place in both moments: their bytes differ, or nothing does. */
    @LabGuestTest
    void hashesDifferWhereBytesDo(LabGuest guest) throws IOException {
        FrameHashes first = hashes(guest.image(1), true);
        FrameHashes second = hashes(guest.image(2), false);
        assertEquals(first.runs(), second.runs());
        int page = 1 << first.pageShift();
        assertEquals(Files.size(guest.image(1)), (long) first.count() * page);
        BitSet byHash = new BitSet();
        BitSet byBytes = new BitSet();
        byte[] one = new byte[page];
        byte[] two = new byte[page];
        try (InputStream before = new BufferedInputStream(Files.newInputStream(guest.image(1)));
                InputStream after = new BufferedInputStream(Files.newInputStream(guest.image(2)))) {
            for (int i = 0; i < first.count(); i++) {
                assertEquals(page, before.readNBytes(one, 0, page));
                assertEquals(page, after.readNBytes(two, 0, page));
                byBytes.set(i, !Arrays.equals(one, two));
                byHash.set(i, first.hash(i) != second.hash(i));
            }
        }
        assertEquals(byBytes, byHash);
        assertTrue(byBytes.cardinality() > 100, () -> "hardly anything changed: " + byBytes);
        assertTrue(byBytes.cardinality() < first.count(), "everything changed");
    }

    /** What a checkpoint has of them. */
    private FrameHashes hashes(Path image, boolean scan) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        GuestGraph graph =
                Ingest.read(
                        new IngestRequest(
                                "guest",
                                List.of(image),
                                Path.of("target"),
                                List.of(),
                                false,
                                false,
                                scan,
                                true,
                                "test"),
                        Progress.NONE);
        home.load("hashed", graph, Progress.NONE);
        try (Checkpoint checkpoint = home.open("hashed")) {
            assertEquals(
                    List.of(List.of(true)),
                    rows(checkpoint, "MATCH (c:Checkpoint) RETURN c.hashed"));
            return Objects.requireNonNull(checkpoint.frameHashes());
        } finally {
            home.remove("hashed");
        }
    }

    @LabGuestTest("arm64-6.1")
    void aRamBaseThatIsGivenIsHeldAgainstTheKernel(LabGuest guest) {
        GuestGraph found = read(guest.image(1), List.of(), false);
        GuestGraph given = read(guest.image(1), List.of("0x40000000:512M"), false);
        assertEquals(found.nodeCount(), given.nodeCount());
        UserError wrong =
                assertThrows(
                        UserError.class,
                        () -> read(guest.image(1), List.of("0x80000000:512M"), false));
        assertEquals(UserError.Kind.INPUT, wrong.kind());
        assertTrue(String.valueOf(wrong.getMessage()).contains("0x80000000"));
    }

    @LabGuestTest("arm64-6.1")
    void aCutImageIsRefused(LabGuest guest) throws IOException {
        Path cut =
                new Damage.Truncated(0.75).inflict(guest.image(1), folder.resolve("c"), 1).image();
        UserError refused = assertThrows(UserError.class, () -> read(cut, List.of(), false));
        assertEquals(UserError.Kind.IMAGE, refused.kind());
    }

    @LabGuestTest("arm64-6.1")
    void withoutTypesAGuestIsRefused(LabGuest guest) throws IOException {
        Path wiped = new Damage.NoBtf().inflict(guest.image(1), folder.resolve("wiped"), 1).image();
        UserError refused = assertThrows(UserError.class, () -> read(wiped, List.of(), false));
        assertEquals(UserError.Kind.IMAGE, refused.kind());
    }

    /** The kernel's map is found from its first task on, and all else from there. */
    @LabGuestTest({"lab", "x86"})
    void withoutVmcoreinfoItIsExactlyWhatTheGuestSaid(LabGuest guest, int moment)
            throws IOException {
        Damage.Damaged wiped =
                new Damage.NoVmcoreinfo()
                        .inflict(guest.image(moment), folder.resolve("wiped"), moment);
        assertTrue(wiped.places() > 1, "its text and its note were to be wiped");
        GuestGraph with = read(guest.image(moment), List.of(), false);
        GuestGraph without = read(wiped.image(), List.of(), false);
        String source = String.valueOf(without.checkpoint().found().get("vmcoreinfo"));
        assertTrue(source.startsWith("none"), source);
        assertSameGraph(with, without);
        try (Checkpoint checkpoint = checkpoint(without)) {
            Report report =
                    Verification.of(guest.truth(moment), Progress.NONE)
                            .compare(checkpoint, 20, Progress.NONE);
            assertTrue(report.exact(), () -> report.tallies() + "\n" + report.differences());
        }
    }

    /** All but the checkpoint's own node, which says where things were learnt from. */
    private static void assertSameGraph(GuestGraph one, GuestGraph other) {
        assertEquals(one.checkpoint().counts(), other.checkpoint().counts());
        assertEquals(one.checkpoint().kernelBuildId(), other.checkpoint().kernelBuildId());
        assertEquals(one.checkpoint().kaslrOffset(), other.checkpoint().kaslrOffset());
        assertEquals(one.checkpoint().anomalies(), other.checkpoint().anomalies());
        List<GraphNode> nodes = new ArrayList<>();
        one.nodes().forEach(nodes::add);
        Iterator<GraphNode> expected = nodes.iterator();
        other.nodes()
                .forEach(
                        node -> {
                            GraphNode wanted = expected.next();
                            if (!(wanted instanceof GraphNode.Checkpoint)) {
                                assertEquals(wanted, node);
                            }
                        });
        assertFalse(expected.hasNext(), "nodes are missing");
        List<GraphRelationship> relationships = new ArrayList<>();
        one.relationships().forEach(relationships::add);
        Iterator<GraphRelationship> links = relationships.iterator();
        other.relationships().forEach(link -> assertEquals(links.next(), link));
        assertFalse(links.hasNext(), "relationships are missing");
    }

    @LabGuestTest({"arm64-6.1", "arm64-6.12-lpa2"})
    void aDamagedGuestIsReadAsFarAsItIsSound(LabGuest guest) throws IOException {
        int read = 0;
        for (int seed = 1; seed <= 4; seed++) {
            Path damaged =
                    new Damage.Blocks(0.01)
                            .inflict(guest.image(1), folder.resolve("d"), seed)
                            .image();
            GuestGraph graph;
            try {
                graph = read(damaged, List.of(), false);
            } catch (UserError e) {
                // What cannot be done without may have been hit; then it is said, in one line.
                assertFalse(String.valueOf(e.getMessage()).contains("\n"));
                continue;
            }
            read++;
            assertTrue(graph.checkpoint().anomalies() > 0, "damage that nobody saw");
            soundPartIsRight(guest, graph);
        }
        assertTrue(read > 0, "no damaged image could be read");
    }

    /** Most of a guest with 1 % of it overwritten is still what the guest said. */
    private void soundPartIsRight(LabGuest guest, GuestGraph graph) {
        StoreHome home = StoreHome.at(folder.resolve("damaged"));
        home.load("guest", graph, Progress.NONE);
        try (Checkpoint checkpoint = home.open("guest")) {
            Report report =
                    Verification.of(guest.truth(1), Progress.NONE)
                            .compare(checkpoint, 5, Progress.NONE);
            assertAll(
                    report.tallies().stream()
                            .map(
                                    t ->
                                            () ->
                                                    assertTrue(
                                                            t.missing() + t.wrong()
                                                                    < t.inTruth() / 2,
                                                            () -> t.toString())));
        } finally {
            home.remove("guest");
        }
    }
}
