package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kdump-compressed dump in several files. */
class SplitDumpTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 448;
    private static final long BASE = 0x4000_0000L;
    private static final int[] BOUNDS = {0, 100, 101, 300, PAGES, PAGES};
    private static final int SECOND_HEADER = PAGE;

    @TempDir Path folder;
    private final byte[] raw = new byte[PAGES * PAGE];
    private final BitSet leftOut = new BitSet();
    private final List<Path> parts = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        Random random = new Random(1);
        for (int page = 0; page < PAGES; page++) {
            byte[] content = new byte[page % 3 == 0 ? 0 : 2000];
            random.nextBytes(content);
            System.arraycopy(content, 0, raw, page * PAGE, content.length);
        }
        leftOut.set(40, 60);
        leftOut.set(101, 110);
        for (int i = 0; i + 1 < BOUNDS.length; i++) {
            parts.add(part("part" + i, BOUNDS[i], BOUNDS[i + 1], leftOut));
        }
    }

    private Path part(String name, int from, int to, BitSet left) throws IOException {
        return Files.write(folder.resolve(name), Packing.kdump(raw, BASE, left, 1, from, to));
    }

    private Image open(List<Path> files) {
        return Image.open(files, false, folder, Progress.NONE);
    }

    private void assertHolds(Image image, BitSet missing) {
        PhysicalMemory memory = new PhysicalMemory(image.bytes(), image.parts());
        byte[] read = new byte[PAGE];
        for (int page = 0; page < PAGES; page++) {
            long pa = BASE + (long) page * PAGE;
            assertEquals(!missing.get(page), memory.contains(pa, PAGE), "page " + page);
            if (missing.get(page)) {
                assertThrows(MemoryFault.class, () -> memory.u8(pa));
            } else {
                memory.read(pa, read, 0, PAGE);
                assertTrue(Arrays.equals(read, 0, PAGE, raw, page * PAGE, (page + 1) * PAGE));
            }
        }
    }

    @Test
    void inAnyOrder() {
        Random random = new Random(2);
        for (int run = 0; run < 20; run++) {
            List<Path> shuffled = new ArrayList<>(parts);
            Collections.shuffle(shuffled, random);
            try (Image image = open(shuffled)) {
                assertEquals(List.of(), image.damage());
                assertFalse(image.isCut());
                assertHolds(image, leftOut);
            }
        }
    }

    @Test
    void missingParts() {
        for (int i = 0; i + 1 < BOUNDS.length - 1; i++) {
            List<Path> given = new ArrayList<>(parts);
            given.remove(i);
            BitSet missing = (BitSet) leftOut.clone();
            missing.set(BOUNDS[i], BOUNDS[i + 1]);
            try (Image image = open(given)) {
                int elsewhere = missing.cardinality() - leftOut.cardinality();
                assertTrue(image.damage().getFirst().startsWith(elsewhere + " of "));
                assertTrue(image.isCut());
                assertHolds(image, missing);
            }
        }
    }

    @Test
    void oneOfThem() {
        BitSet missing = new BitSet();
        missing.set(0, PAGES);
        missing.clear(110, 300);
        try (Image image = open(List.of(parts.get(2)))) {
            assertTrue(image.isCut());
            assertHolds(image, missing);
        }
    }

    @Test
    void noPartsOfOneDump() throws IOException {
        Path first = parts.getFirst();
        BitSet more = (BitSet) leftOut.clone();
        more.set(70);
        assertRefused("two different dumps", first, part("other", 100, PAGES, more));
        assertRefused("the same part", first, first);
        assertRefused("the same part", first, part("overlap", 99, PAGES, leftOut));
        assertRefused("give it alone", first, part("whole", 0, 0, leftOut));
        Path moved = part("moved", 100, PAGES, leftOut);
        change(moved, SECOND_HEADER, 1); // phys_base
        assertRefused("two different dumps", first, moved);
        Path raw = Files.write(folder.resolve("raw"), new byte[PAGE]);
        assertRefused("which holds all", raw, first);
    }

    private void assertRefused(String why, Path... files) {
        UserError error = assertThrows(UserError.class, () -> open(List.of(files)).close());
        assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
    }

    private static void change(Path file, int at, long value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        Files.write(file, bytes);
    }

    @Test
    void rangesThatCannotBe() throws IOException {
        long last = BASE / PAGE + PAGES;
        for (long[] range : new long[][] {{-1, 10}, {20, 10}, {0, last + 1}, {0, Long.MAX_VALUE}}) {
            Path wrong = part("wrong", 100, PAGES, leftOut);
            change(wrong, SECOND_HEADER + 80, range[0]);
            change(wrong, SECOND_HEADER + 88, range[1]);
            assertRefused("is damaged", wrong);
            assertRefused("is damaged", parts.getFirst(), wrong);
        }
    }

    @Test
    void cutOrDamaged() throws IOException {
        Random random = new Random(3);
        byte[] whole = Files.readAllBytes(parts.get(3));
        for (int run = 0; run < 200; run++) {
            byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            if (run % 2 == 0) {
                damaged = whole.clone();
                for (int n = 0; n < 20; n++) {
                    damaged[random.nextInt(10 * PAGE)] = (byte) random.nextInt(256);
                }
            }
            Files.write(parts.get(3), damaged);
            try (Image image = open(parts)) {
                assertTrue(run % 2 == 0 || image.isCut());
                PhysicalMemory memory = new PhysicalMemory(image.bytes(), image.parts());
                for (int page = 0; page < PAGES; page++) {
                    if (memory.contains(BASE + (long) page * PAGE, PAGE)) {
                        readOrFault(memory, BASE + (long) page * PAGE);
                    }
                }
            } catch (UserError e) {
                assertFalse(String.valueOf(e.getMessage()).isEmpty());
            }
        }
    }

    private static void readOrFault(PhysicalMemory memory, long pa) {
        try {
            memory.u8(pa);
        } catch (MemoryFault e) {
            assertEquals(pa, e.address() & -PAGE);
        }
    }
}
