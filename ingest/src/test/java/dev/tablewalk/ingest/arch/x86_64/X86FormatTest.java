package dev.tablewalk.ingest.arch.x86_64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.TableLimits;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Present entries; most were read in real guests. */
class X86FormatTest {
    static final int PGD = 0;
    static final int PUD = 1;
    static final int PMD = 2;
    static final int PTE = 3;

    static final X86Format FOUR = new X86Format(48);
    static final X86Format FIVE = new X86Format(57);

    private static LeafAttributes attributes(long d, int level) {
        return FOUR.attributes(d, level);
    }

    private static String names(X86Format format) {
        return String.join(
                " ", IntStream.range(0, format.levels()).mapToObj(format::levelName).toList());
    }

    @Test
    void fourLevels() {
        assertEquals(4, FOUR.levels());
        assertEquals("PGD PUD PMD PTE", names(FOUR));
        assertEquals(39, FOUR.shift(PGD));
        assertEquals(21, FOUR.shift(PMD));
        assertEquals(4096, FOUR.pageSize());
        assertEquals(52, FOUR.paBits());
        assertTrue(IntStream.range(0, 4).allMatch(level -> FOUR.entries(level) == 512));
    }

    @Test
    void fiveLevels() {
        assertEquals(5, FIVE.levels());
        assertEquals("PGD P4D PUD PMD PTE", names(FIVE));
        assertEquals(48, FIVE.shift(0));
        assertEquals(12, FIVE.shift(4));
        assertTrue(IntStream.range(0, 5).allMatch(level -> FIVE.entries(level) == 512));
    }

    @Test
    void treeThatBeginsAtAnotherLevel() {
        X86Format format = FIVE.withSmeMask(1L << 47).withMarkerType(30).withVaBits(48);
        assertEquals(4, format.levels());
        assertEquals(0x1000, format.address(1L << 47 | 0x1063, PTE));
        assertTrue(format.isMarker(format.withSwapOffset(30L << 59, 1)));
    }

    @Test
    void halvesOfTheAddressSpace() {
        assertTrue(FOUR.isKernel(0xffff_8880_0000_0000L));
        assertTrue(FIVE.isKernel(0xff11_0000_0000_0000L));
        assertFalse(FOUR.isKernel(0x7fff_ffff_f000L));
        assertFalse(FIVE.isKernel(0x00ff_ffff_ffff_f000L));
    }

    /** An access there faults; whatever a guest's pointer says, it is no kernel address. */
    @Test
    void addressesThatAreNotCanonicalAreNobodys() {
        assertFalse(FOUR.isKernel(0x8000_0000_0000L));
        assertFalse(FIVE.isKernel(0x0100_0000_0000_0000L));
        assertFalse(FOUR.isKernel(0xff11_0000_0000_0000L));
        assertEquals(0x8000_0000_0000L, FOUR.canonical(0x8000_0000_0000L));
        assertEquals(0xffff_8880_0123_4567L, FOUR.untagged(0xffff_8880_0123_4567L));
    }

    @ParameterizedTest
    @CsvSource({
        // A process's, its upper tables, kernel's, espfix's, and the kernel's copy under isolation.
        "0x11201067, 0, TABLE",
        "0x11202067, 1, TABLE",
        "0x11203067, 2, TABLE",
        "0x0e82a063, 1, TABLE",
        "0x8000000001055061, 2, TABLE",
        "0x8000000002978067, 0, TABLE",
        "0x8000000000000163, 3, LEAF",
        "0x80000000002001e3, 2, LEAF",
        "0x80000000002001e3, 1, LEAF",
        "0x80000000002001e3, 0, RESERVED",
        "0x1f157025, 3, LEAF",
        // Bit 7 of a PTE is PAT.
        "0x1f1570ad, 3, LEAF",
        // Only A and D, which Knights Landing sets in entries that are none.
        "0x0, 3, EMPTY",
        "0x20, 3, EMPTY",
        "0x40, 2, EMPTY",
        "0x60, 0, EMPTY",
    })
    void kinds(String descriptor, int level, EntryKind kind) {
        assertEquals(kind, FOUR.kind(Long.parseUnsignedLong(descriptor.substring(2), 16), level));
    }

    @Test
    void hugeLeavesNeedALevelThatHasThem() {
        assertEquals(EntryKind.RESERVED, FIVE.kind(0xe7, 0));
        assertEquals(EntryKind.RESERVED, FIVE.kind(0xe7, 1));
        assertEquals(EntryKind.LEAF, FIVE.kind(0xe7, 2));
        assertEquals(EntryKind.LEAF, FIVE.kind(0xe7, 3));
    }

    @Test
    void addressesOfTablesAndLeaves() {
        assertEquals(0x1120_1000L, FOUR.address(0x1120_1067L, PGD));
        assertEquals(0x0380_0000L, FOUR.address(0x8000_0000_0380_08e7L, PMD));
        assertEquals(0xfec0_0000L, FOUR.address(0x8000_0000_fec0_017bL, PTE));
        assertEquals(0x000f_ffff_ffff_f000L, FOUR.address(0x780f_ffff_ffff_f867L, PTE));
    }

    @Test
    void patOfAHugeLeafIsNoPartOfItsAddress() {
        long leaf = 0x8000_0001_4020_10e3L;
        assertEquals(0x1_4020_0000L, FOUR.address(leaf, PMD));
        assertEquals(0x1_4000_0000L, FOUR.address(leaf, PUD));
        assertEquals(0x8000_0000_0000_10e3L, FOUR.withoutAddress(leaf, PMD));
        assertEquals(0x8000_0000_0060_10e3L, FOUR.withAddress(leaf, PMD, 0x60_0000));
    }

    @Test
    void encryptionIsNoPartOfAnAddress() {
        X86Format sme = FOUR.withSmeMask(1L << 51);
        long leaf = 0x8008_0000_1234_5163L;
        assertEquals(0x1234_5000L, sme.address(leaf, PTE));
        assertEquals(0x8008_0000_0000_0163L, sme.withoutAddress(leaf, PTE));
        assertEquals(0x8008_0000_0000_1163L, sme.withAddress(leaf, PTE, 0x1000));
        assertEquals(1 << PTE, sme.plausibleLevels(leaf));
        assertEquals(0x1234_5000L, sme.address(0x0008_0000_1234_5067L, PGD));
        assertEquals(0b1111, sme.plausibleLevels(0x0008_0000_1234_5067L));
        // Not present, it is not inverted as the address is.
        assertEquals(0x1234_5000L, sme.address(0x000f_ffff_edcb_a120L, PTE));
        assertEquals(0x1234_5000L, sme.address(0x0007_ffff_edcb_a120L, PTE));
    }

    @Test
    void kernelData() {
        assertEquals(
                new LeafAttributes(
                        true, true, false, false, false, true, true, true, false, "write-back"),
                attributes(0x8000_0000_0000_0163L, PTE));
    }

    @Test
    void kernelText() {
        LeafAttributes text = attributes(0x0a60_01a1L, PMD);
        assertTrue(text.valid() && text.kernelExecutable() && text.global());
        assertFalse(text.writable() || text.executable() || text.user() || text.dirty());
    }

    @Test
    void userCodeIsNotForTheKernelToExecute() {
        LeafAttributes code = attributes(0x1f15_7025L, PTE);
        assertTrue(code.valid() && code.user() && code.executable() && code.accessed());
        assertFalse(code.kernelExecutable() || code.writable() || code.global() || code.dirty());
    }

    @Test
    void hugeUserData() {
        LeafAttributes data = attributes(0x8000_0000_0380_08e7L, PMD);
        assertTrue(data.user() && data.writable() && data.dirty() && !data.special());
        assertFalse(data.executable() || data.kernelExecutable());
    }

    @Test
    void devicesOfAProcessAreSpecial() {
        LeafAttributes bar = attributes(0x8000_0000_febf_f277L, PTE);
        assertTrue(bar.special() && bar.user());
        assertEquals("uncached-minus", bar.memory());
        assertTrue(FOUR.isDevice(0x8000_0000_febf_f277L, PTE));
        assertTrue(FOUR.isSpecial(0x8000_0000_febf_f277L));
        assertFalse(FOUR.isSpecial(0x1f15_7025L));
    }

    @Test
    void dirtyThoughReadOnly() {
        assertTrue(attributes(0x8400_0000_1234_5025L, PTE).dirty());
        assertFalse(attributes(0x8000_0000_1234_5825L, PTE).dirty()); // soft-dirty is another's
        // Bit 58 was _PAGE_DEVMAP, of writable pages too, and those have D.
        assertFalse(attributes(0x8400_0000_1234_5027L, PTE).dirty());
        assertTrue(attributes(0x8000_0000_1234_5065L, PTE).dirty());
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, write-back, false",
        "0x08, write-combining, false",
        "0x10, uncached-minus, true",
        "0x18, uncached, true",
        "0x80, write-back, false",
        "0x88, write-protected, false",
        "0x90, uncached-minus, true",
        "0x98, write-through, false",
    })
    void memoryTypes(String bits, String name, boolean device) {
        long small = Long.decode(bits) | 0x8000_0000_1234_5063L;
        assertEquals(name, attributes(small, PTE).memory());
        assertEquals(device, FOUR.isDevice(small, PTE));
        // The highest bit lies elsewhere in a huge leaf, where bit 7 says that it is one.
        long huge = (small & 0x18) | (small & 0x80) << 5 | 0x8000_0000_4000_00e3L;
        for (int level : new int[] {PUD, PMD}) {
            assertEquals(name, attributes(huge, level).memory());
            assertEquals(device, FOUR.isDevice(huge, level));
        }
    }

    @Test
    void whatTablesForbid() {
        assertEquals(new TableLimits(false, false, false, false), FOUR.limits(0x1120_1067L));
        assertEquals(new TableLimits(false, true, false, false), FOUR.limits(0x0e82_a063L));
        assertEquals(new TableLimits(true, true, true, true), FOUR.limits(0x8000_0000_0105_5061L));
        assertEquals(
                new TableLimits(false, false, true, true), FOUR.limits(0x8000_0000_0297_8067L));
    }

    /** What a way of descriptors allows: what all of them do. */
    private static boolean[] allowed(long... way) {
        int last = way.length - 1;
        LeafAttributes leaf = attributes(way[last], last);
        boolean write = leaf.writable();
        boolean user = leaf.user();
        boolean execute = leaf.executable();
        for (int level = 0; level < last; level++) {
            TableLimits limits = FOUR.limits(way[level]);
            write &= !limits.readOnly();
            user &= !limits.noUser();
            execute &= !limits.userXn();
        }
        return new boolean[] {write, user, execute};
    }

    @Test
    void limitsMultiply() {
        long leaf = 0x1234_5067L;
        assertAllowed("wux", 0x1067, 0x2067, 0x3067, leaf);
        assertAllowed("w-x", 0x1067, 0x2063, 0x3067, leaf);
        assertAllowed("wu-", 0x8000_0000_0000_1067L, 0x2067, 0x3067, leaf);
        assertAllowed("---", 0x1067, 0x2067, 0x8000_0000_0000_3061L, leaf);
        assertAllowed("-u-", 0x1065, 0x8000_0000_0000_2067L, 0x3067, leaf);
        // The kernel's root has U/S set in its upper half, the tables below it not.
        assertAllowed("w--", 0x1067, 0x2063, 0x3063, 0x8000_0000_0000_0163L);
    }

    private static void assertAllowed(String expected, long... way) {
        boolean[] allowed = allowed(way);
        String text =
                (allowed[0] ? "w" : "-") + (allowed[1] ? "u" : "-") + (allowed[2] ? "x" : "-");
        assertEquals(expected, text);
    }
}
