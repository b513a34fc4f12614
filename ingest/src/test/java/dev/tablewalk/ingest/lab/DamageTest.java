package dev.tablewalk.ingest.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.lab.Damage.Damaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
    private static final int PAGES = 512;
    private static final int VMCOREINFO_AT = 40 * Damage.PAGE + 24;
    private static final int BTF_AT = 99 * Damage.PAGE + 12;
    private static final byte[] VMCOREINFO = "OSRELEASE=6.1.0\nPAGESIZE=4096\n".getBytes(US_ASCII);
    private static final byte[] BTF = {(byte) 0x9f, (byte) 0xeb, 1, 0, 24, 0, 0, 0};

    @TempDir Path folder;
    private byte[] original = new byte[0];
    private Path image = Path.of("");
    private Path copy = Path.of("");

    @BeforeEach
    void writeImage() throws IOException {
        original = new byte[PAGES * Damage.PAGE];
        for (int i = 0; i < original.length; i += 8) {
            original[i] = (byte) (1 + i % 120);
        }
        System.arraycopy(VMCOREINFO, 0, original, VMCOREINFO_AT, VMCOREINFO.length);
        original[VMCOREINFO_AT + VMCOREINFO.length] = 0;
        System.arraycopy(BTF, 0, original, BTF_AT, BTF.length);
        image = Files.write(folder.resolve("image.raw"), original);
        copy = folder.resolve("copy.raw");
    }

    @Test
    void scatteredBytesChangeAboutTheirFractionAndOnlyNotedPages() throws IOException {
        Damaged damaged = new Damage.Bytes(0.01).inflict(image, copy, 7);
        int changed = changedBytes();
        int asked = original.length / 100;
        assertTrue(changed > asked * 95 / 100 && changed <= asked, changed + " of " + asked);
        assertUnnotedPagesAreWhole(damaged);
    }

    @Test
    void blocksLeaveMostPagesWhole() throws IOException {
        Damaged damaged = new Damage.Blocks(0.01).inflict(image, copy, 7);
        assertTrue(changedBytes() > original.length / 100 * 9 / 10);
        assertTrue(damaged.pages().cardinality() < PAGES / 10, damaged.pages()::toString);
        assertUnnotedPagesAreWhole(damaged);
    }

    @Test
    void theSeedDecides() throws IOException {
        new Damage.Blocks(0.01).inflict(image, copy, 7);
        byte[] first = Files.readAllBytes(copy);
        new Damage.Blocks(0.01).inflict(image, copy, 7);
        assertArrayEquals(first, Files.readAllBytes(copy));
        new Damage.Blocks(0.01).inflict(image, copy, 8);
        assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(Files.readAllBytes(copy)));
    }

    @Test
    void truncationKeepsTheBeginning() throws IOException {
        Damaged damaged = new Damage.Truncated(0.75).inflict(image, copy, 7);
        int kept = original.length / 4 * 3;
        assertArrayEquals(Arrays.copyOf(original, kept), Files.readAllBytes(copy));
        assertTrue(damaged.isWhole(0, kept));
        assertFalse(damaged.isWhole(kept - 1, 2));
    }

    @Test
    void vmcoreinfoGoesAndNothingElse() throws IOException {
        assertEquals(1, new Damage.NoVmcoreinfo().inflict(image, copy, 7).places());
        assertOnlyZeroed(VMCOREINFO_AT, VMCOREINFO.length);
    }

    @Test
    void btfMagicGoesAndNothingElse() throws IOException {
        assertEquals(1, new Damage.NoBtf().inflict(image, copy, 7).places());
        assertOnlyZeroed(BTF_AT, 4);
    }

    private void assertOnlyZeroed(int at, int length) throws IOException {
        byte[] expected = original.clone();
        Arrays.fill(expected, at, at + length, (byte) 0);
        assertArrayEquals(expected, Files.readAllBytes(copy));
    }

    private int changedBytes() throws IOException {
        byte[] now = Files.readAllBytes(copy);
        assertEquals(original.length, now.length);
        int changed = 0;
        for (int i = 0; i < now.length; i++) {
            changed += now[i] == original[i] ? 0 : 1;
        }
        return changed;
    }

    private void assertUnnotedPagesAreWhole(Damaged damaged) throws IOException {
        byte[] now = Files.readAllBytes(copy);
        for (int page = 0; page < PAGES; page++) {
            int from = page * Damage.PAGE;
            if (damaged.isWhole(from, Damage.PAGE)) {
                assertTrue(
                        Arrays.equals(
                                now, from, from + Damage.PAGE, original, from, from + Damage.PAGE),
                        "page " + page);
            }
        }
    }
}
