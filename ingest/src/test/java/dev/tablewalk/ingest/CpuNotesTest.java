package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which processor a note's registers are of: it is said, or seen, or not claimed. */
class CpuNotesTest {
    private static final int NOTE = 12 + 8 + 392;

    @TempDir static Path folder;
    private static WrittenGuest guest;

    @BeforeAll
    static void write() throws IOException {
        guest = DemoGuest.at(false).write(folder.resolve("guest.raw"));
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As a core whose notes have these pids. */
    private static GuestGraph read(int... pids) throws IOException {
        byte[] raw = Files.readAllBytes(guest.path());
        int start = 64 + 2 * 56;
        ByteBuffer head = little(start);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort((short) 4).putShort((short) 183).putInt(1).putLong(0).putLong(64);
        head.position(54);
        head.putShort((short) 56).putShort((short) 2).position(64);
        int notes = pids.length * NOTE;
        head.putInt(4).putInt(0).putLong(start).putLong(0).putLong(0);
        head.putLong(notes).putLong(0).putLong(0);
        head.putInt(1).putInt(7).putLong(start + notes).putLong(0);
        head.putLong(guest.ramBase()).putLong(raw.length).putLong(raw.length).putLong(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head.array(), head.arrayOffset(), start);
        for (int pid : pids) {
            ByteBuffer note = little(NOTE).putInt(5).putInt(392).putInt(1);
            note.put("CORE\0".getBytes(StandardCharsets.US_ASCII)).putInt(20 + 32, pid);
            out.write(note.array(), note.arrayOffset(), NOTE);
        }
        out.write(raw);
        Path image = Files.write(folder.resolve("core"), out.toByteArray());
        IngestRequest request =
                new IngestRequest(
                        "notes",
                        List.of(image),
                        folder,
                        List.of(),
                        false,
                        false,
                        false,
                        false,
                        "test");
        return Ingest.read(request, Progress.NONE);
    }

    private static List<Integer> ids(GuestGraph graph) {
        List<Integer> ids = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (node instanceof GraphNode.Cpu cpu) {
                ids.add(cpu.id());
            }
        }
        return ids;
    }

    private static long unknown(GuestGraph graph) {
        long count = 0;
        for (GraphNode node : graph.nodes()) {
            boolean is = node instanceof GraphNode.Anomaly a && a.kind().equals("cpu_unknown");
            count += is ? 1 : 0;
        }
        return count;
    }

    /** QEMU counts from 1 on. */
    @Test
    void oneIsMissing() throws IOException {
        assertEquals(List.of(0, 1, 2), ids(read(1, 2, 3)));
        assertEquals(List.of(0, 2), ids(read(1, 3)));
        assertEquals(List.of(1, 2), ids(read(2, 3)));
    }

    /** As the kernel's own notes of processors that are idle, in a guest where none runs a task. */
    @Test
    void nothingTells() throws IOException {
        GuestGraph graph = read(0, 0);
        int none = GraphNode.Cpu.UNKNOWN;
        assertEquals(Arrays.asList(none, none), ids(graph));
        assertTrue(unknown(graph) > 0);
    }
}
