package dev.tablewalk.ingest.arch.x86_64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where RAM lies by what a boot loader told the kernel. */
class X86RamTest {
    private static final int SIZE = 8 << 20;
    private static final int LOW = 5 << 20;
    private static final long FOUR_GIB = 4L << 30;
    private static final int RAM = 1;
    private static final int RESERVED = 2;
    private static final List<List<RamRange>> AROUND_THE_HOLE =
            List.of(List.of(new RamRange(0, LOW, 0), new RamRange(FOUR_GIB, SIZE - LOW, LOW)));

    @TempDir Path folder;

    private final ByteBuffer file = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private void bios(int params) {
        file.putShort(params + 0x1fe, (short) 0xaa55);
        file.put(params + 0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
    }

    private void entry(int params, long from, long to, int type) {
        int count = file.get(params + 0x1e8);
        int at = params + 0x2d0 + 20 * count;
        file.putLong(at, from).putLong(at + 8, to - from).putInt(at + 16, type);
        file.put(params + 0x1e8, (byte) (count + 1));
    }

    private void memory(int params) {
        entry(params, 0, 0x9_fc00, RAM);
        entry(params, 0x10_0000, LOW - 0x1000, RAM);
        entry(params, LOW - 0x1000, LOW, RESERVED);
        entry(params, FOUR_GIB, FOUR_GIB + SIZE - LOW, RAM);
        entry(params, 0xfd_0000_0000L, 0x100_0000_0000L, RESERVED);
    }

    private List<List<RamRange>> layouts() throws IOException {
        Path path = Files.write(folder.resolve("ram.raw"), file.array());
        try (Image image = Image.openRaw(path)) {
            PhysicalMemory asOneRun =
                    new PhysicalMemory(image.bytes(), List.of(new RamRange(0, SIZE, 0)));
            return new X86_64().layouts(asOneRun, SIZE).toList();
        }
    }

    @Test
    void theLoadersCopyLiesAnywhere() throws IOException {
        bios(0x1_47b0);
        memory(0x1_47b0);
        assertEquals(AROUND_THE_HOLE, layouts());
    }

    @Test
    void firmwareLeavesAnotherMark() throws IOException {
        file.put(0x2000 + 0x1c0, "EL64".getBytes(StandardCharsets.US_ASCII));
        memory(0x2000);
        assertEquals(AROUND_THE_HOLE, layouts());
    }

    @Test
    void twoCopiesAreOneLayout() throws IOException {
        bios(0x1_47b0);
        memory(0x1_47b0);
        bios(0x30_0000);
        memory(0x30_0000);
        assertEquals(AROUND_THE_HOLE, layouts());
    }

    @Test
    void withoutRamAboveFourGibThereIsNoHole() throws IOException {
        bios(0x1_47b0);
        entry(0x1_47b0, 0, SIZE, RAM);
        assertEquals(List.of(), layouts());
    }

    /** The kernel's file has a header too, with code where the table would be. */
    @Test
    void anythingElseTellsNothing() throws IOException {
        bios(0x1_0000);
        for (int i = 0x1e8; i < 0x1f0; i++) {
            file.put(0x1_0000 + i, (byte) 0xff);
        }
        for (int i = 0; i < 128; i++) {
            int at = 0x1_0000 + 0x2d0 + 20 * i;
            file.putLong(at, -1L - i).putLong(at + 8, Long.MAX_VALUE).putInt(at + 16, RAM);
        }
        bios(SIZE - 0x300); // and one that the image cuts off
        assertEquals(List.of(), layouts());
    }
}
