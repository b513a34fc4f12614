package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of devices in a migration stream, whole and damaged; RAM is read in any case. */
class StreamStateTest {
    private static final long ROOT = 0x4185_8000L;

    @TempDir Path folder;
    private byte[] raw = {};
    private byte[] stream = {};

    @BeforeEach
    void pack() throws IOException {
        raw = new byte[64 * 4096];
        new Random(1).nextBytes(raw);
        stream = StreamPacking.pack(raw, new BitSet(), ROOT);
    }

    /** What was read of a stream. */
    private record Opened(List<CpuRegisters> cpus, List<String> damage, boolean cut) {}

    /** Opens a stream, all of whose RAM must be there. */
    private Opened open(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("stream"), bytes);
        try (Image image = Image.open(List.of(file), false, folder, Progress.NONE)) {
            byte[] read = new byte[raw.length];
            image.bytes().read(0, ByteBuffer.wrap(read));
            assertTrue(Arrays.equals(raw, read));
            return new Opened(image.notes().cpus(), image.damage(), image.isCut());
        }
    }

    /** Where the description begins: its text, which has a head of 6 bytes. */
    private int description() {
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        return text.lastIndexOf("{\"configuration\"");
    }

    private String described() {
        int start = description();
        return new String(stream, start, stream.length - start, StandardCharsets.ISO_8859_1);
    }

    private byte[] describedAs(String text) {
        byte[] written = text.getBytes(StandardCharsets.ISO_8859_1);
        int start = description();
        ByteBuffer changed = ByteBuffer.allocate(start + written.length);
        changed.put(stream, 0, start - 4).putInt(written.length).put(written);
        return changed.array();
    }

    @Test
    void registers() throws IOException {
        Opened opened = open(stream);
        assertEquals(List.of(), opened.damage());
        assertFalse(opened.cut());
        assertEquals(1, opened.cpus().size());
        Map<String, Long> registers = opened.cpus().getFirst().registers();
        assertEquals(StreamPacking.PC, registers.get("pc"));
        assertEquals(StreamPacking.SP, registers.get("sp"));
        assertEquals(StreamPacking.SP_EL0, registers.get("sp_el0"));
        assertEquals(StreamPacking.PSTATE, registers.get("pstate"));
        assertEquals(StreamPacking.TCR, registers.get("tcr_el1"));
        assertEquals(ROOT, registers.get("ttbr0_el1"));
        assertEquals(ROOT, registers.get("ttbr1_el1"));
        assertEquals(30, registers.get("x30"));
        assertFalse(registers.containsKey("mair_el1"));
    }

    /** A process of 32 bits: its registers are elsewhere, and those of 64 bits are old. */
    @Test
    void registersOf32Bits() throws IOException {
        byte[] pc = ByteBuffer.allocate(12).putLong(StreamPacking.PC).putInt(0x4000_00c5).array();
        int at = indexOf(pc);
        ByteBuffer.wrap(stream).putInt(at + 8, 0x10);
        int registers = at - 32 * 8 - 16 * 4;
        ByteBuffer.wrap(stream).putInt(registers + 4, 0xffff_0001).putInt(registers + 60, 0x1_0054);
        Map<String, Long> read = open(stream).cpus().getFirst().registers();
        assertEquals(0x1_0054, read.get("pc"));
        assertEquals(0xffff_0001L, read.get("x1"));
        assertEquals(0x10, read.get("pstate"));
        assertFalse(read.containsKey("sp"));
        assertEquals(ROOT, read.get("ttbr0_el1"));
    }

    private int indexOf(byte[] wanted) {
        for (int i = 0; ; i++) {
            if (Arrays.equals(stream, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
    }

    /** QEMU can be told not to describe, and some writers fill a file up with zeros. */
    @Test
    void endsOfStreams() throws IOException {
        Opened undescribed = open(Arrays.copyOf(stream, description() - 5));
        assertEquals(List.of(), undescribed.cpus());
        assertFalse(undescribed.cut());
        assertTrue(undescribed.damage().getFirst().contains("does not describe"));
        Opened filled = open(Arrays.copyOf(stream, stream.length + 4096));
        assertEquals(1, filled.cpus().size());
        assertEquals(List.of(), filled.damage());
    }

    /** The processor's state lies behind the timer's, and before the bus's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\": 8 ->\"size\": 9",
                "\"size\": 8 ->\"size\": -8",
                "\"size\": 8 ->\"size\": 99999999999999999999",
                "\"size\": 8 ->\"size\": 4294967295, \"array_len\": 4294967295",
                "\"size\": 8 ->\"size\": \"8\"",
                "\"size\": 8 ->\"size\": 2147483647",
                "\"timer\"->\"time\"",
                "\"timer/a\"->\"timer/ab\"",
                "\"cpu\"->\"cpus\"",
                "\"devices\"->\"device\"",
                "\"devices\": [->\"devices\": {",
                "{\"conf->\"conf",
                "\"instance_id\": 0->\"instance_id\": 1",
                "]}->",
            })
    void wrongDescription(String change) throws IOException {
        String[] parts = change.split("->", -1);
        String wanted = parts[0].strip();
        String wrong = described().replace(wanted, parts[1]);
        assertFalse(wrong.equals(described()));
        Opened opened = open(describedAs(wrong));
        assertEquals(List.of(), opened.cpus());
        assertEquals(1, opened.damage().size(), opened.damage()::toString);
        assertFalse(opened.cut());
    }

    @Test
    void deepDescription() throws IOException {
        Opened opened = open(describedAs("{\"devices\": " + "[".repeat(1 << 20)));
        assertEquals(1, opened.damage().size());
    }

    /** Another architecture's processor, or another version of this, has other fields. */
    @ParameterizedTest
    @ValueSource(strings = {"env.xregs", "env.pc", "cpsr"})
    void otherFields(String field) throws IOException {
        Opened opened = open(describedAs(described().replace(field, "env.other")));
        assertEquals(List.of(), opened.cpus());
    }

    @Test
    void otherSystemRegisters() throws IOException {
        String wrong = described().replace("cpreg_vmstate_values", "env.other");
        Map<String, Long> registers = open(describedAs(wrong)).cpus().getFirst().registers();
        assertEquals(StreamPacking.PC, registers.get("pc"));
        assertFalse(registers.containsKey("ttbr1_el1"));
    }

    @Test
    void cutInTheStateOfDevices() throws IOException {
        int start = indexOf("timer".getBytes(StandardCharsets.US_ASCII)) - 6;
        for (int length = start; length < stream.length; length++) {
            Opened opened = open(Arrays.copyOf(stream, length));
            assertEquals(List.of(), opened.cpus());
            assertFalse(opened.damage().isEmpty());
        }
    }

    @Test
    void randomBytes() throws IOException {
        int start = indexOf("timer".getBytes(StandardCharsets.US_ASCII)) - 6;
        Random random = new Random(2);
        for (int run = 0; run < 2000; run++) {
            byte[] damaged = stream.clone();
            for (int n = 1 + random.nextInt(10); n > 0; n--) {
                int at = start + random.nextInt(stream.length - start);
                damaged[at] = (byte) random.nextInt(256);
            }
            try {
                open(damaged);
            } catch (UserError e) {
                assertEquals(UserError.Kind.IMAGE, e.kind());
            }
        }
    }
}
