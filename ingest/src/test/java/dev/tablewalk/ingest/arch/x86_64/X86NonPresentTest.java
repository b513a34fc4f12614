package dev.tablewalk.ingest.arch.x86_64;

import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.FIVE;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.FOUR;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.PGD;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.PMD;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.PTE;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.PUD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.EntryKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries whose present bit is clear; most were read in real guests. */
class X86NonPresentTest {
    private static final long PROT_NONE = 0x000f_ffff_fc1f_e960L;
    private static final long SAVED_DIRTY_PROT_NONE = 0x040f_ffff_f9bf_f900L;
    private static final long SECRET = 0x800f_fffe_fde7_c020L;
    private static final long SWAPPED = 0x07ff_ffff_fffe_760aL;

    private static EntryKind kind(long d, int level) {
        return FOUR.kind(d, level);
    }

    @Test
    void protNone() {
        assertEquals(EntryKind.LEAF, kind(PROT_NONE, PTE));
        assertEquals(0x03e0_1000L, FOUR.address(PROT_NONE, PTE));
        assertEquals(0x0640_0000L, FOUR.address(SAVED_DIRTY_PROT_NONE, PTE));
        assertEquals(0x1_06a0_e000L, FIVE.address(0x040f_fffe_f95f_1920L, 4));
    }

    @Test
    void protNoneAllowsNothing() {
        LeafAttributes none = FOUR.attributes(PROT_NONE, PTE);
        assertFalse(none.valid() || none.global()); // G says that it is PROT_NONE
        assertFalse(none.user() || none.writable() || none.executable());
        assertFalse(none.kernelExecutable());
        assertTrue(none.accessed() && none.dirty());
        assertEquals("write-back", none.memory());
        assertTrue(FOUR.attributes(SAVED_DIRTY_PROT_NONE, PTE).dirty());
    }

    /** A protection key lies where a swap entry has its type. */
    @Test
    void protNoneIsAskedBeforeTheType() {
        assertEquals(EntryKind.LEAF, kind(PROT_NONE | 15L << 59, PTE));
        assertEquals(0x03e0_1000L, FOUR.address(PROT_NONE | 15L << 59, PTE));
    }

    /** {@code pmd_modify()} leaves bits 20:12 as they are. */
    @Test
    void protNoneOfATransparentHugePage() {
        long huge = 0x000f_ffff_c420_09e0L;
        assertEquals(EntryKind.LEAF, kind(huge, PMD));
        assertEquals(0x3bc0_0000L, FOUR.address(huge, PMD));
        assertEquals("write-back", FOUR.attributes(huge, PMD).memory());
        assertEquals("uncached-minus", FOUR.attributes(huge | 0x10, PMD).memory());
        assertEquals("write-through", FOUR.attributes(huge | 0x1018, PMD).memory());
    }

    /** {@code pte_modify()} inverts them with the address. */
    @Test
    void protNoneOfHugetlbfs() {
        long huge = 0x000f_ffff_c43f_f1e0L;
        assertEquals(EntryKind.LEAF, kind(huge, PMD));
        assertEquals(0x3bc0_0000L, FOUR.address(huge, PMD));
        assertEquals("write-back", FOUR.attributes(huge, PMD).memory());
        long gigantic = 0x000f_fffe_bfff_f1e0L;
        assertEquals(EntryKind.LEAF, kind(gigantic, PUD));
        assertEquals(0x1_4000_0000L, FOUR.address(gigantic, PUD));
        assertEquals(gigantic, FOUR.withAddress(gigantic, PUD, 0x1_4000_0000L));
    }

    /** Present to Linux by PSE alone: {@code pmdp_invalidate()}. */
    @Test
    void hugePageThatIsBeingSplit() {
        long huge = 0x800f_ffff_c420_08e6L;
        assertEquals(EntryKind.LEAF, kind(huge, PMD));
        assertEquals(0x3bc0_0000L, FOUR.address(huge, PMD));
        LeafAttributes attributes = FOUR.attributes(huge, PMD);
        assertFalse(attributes.valid());
        assertTrue(attributes.user() && attributes.writable() && !attributes.executable());
    }

    @Test
    void upperLevelsHaveNoProtNoneWithoutPse() {
        assertEquals(EntryKind.RESERVED, kind(PROT_NONE, PMD));
        assertEquals(EntryKind.RESERVED, kind(PROT_NONE, PUD));
        assertEquals(EntryKind.RESERVED, kind(PROT_NONE | 0x80, PGD));
        assertEquals(EntryKind.RESERVED, FIVE.kind(PROT_NONE | 0x80, 1));
        assertEquals(EntryKind.RESERVED, kind(SWAPPED, PGD));
    }

    @ParameterizedTest
    @CsvSource({
        "0x800ffffefde7c020, 0x102183000", // memfd_secret
        "0x800ffffff4c8e022, 0x00b371000", // of the image, under page-table isolation
        "0x000ffffff4c8e061, 0xffffff4c8e000", // present again
        "0x800ffffffff78060, 0x000087000", // of the firmware
        "0x000000001e5fd000, 0x01e5fd000", // nothing left to invert by
        "0x800fffffe1a02000, 0x01e5fd000",
    })
    void pagesThatTheKernelUnmapped(String descriptor, String address) {
        long d = Long.parseUnsignedLong(descriptor.substring(2), 16);
        assertEquals(EntryKind.LEAF, kind(d, PTE));
        assertEquals(Long.decode(address), FOUR.address(d, PTE));
        assertEquals((d & 1) != 0, FOUR.attributes(d, PTE).valid());
    }

    @Test
    void hugePageThatTheKernelUnmappedLosesPse() {
        long d = 0x800f_ffff_f43f_f062L;
        assertEquals(EntryKind.LEAF, kind(d, PMD));
        assertEquals(0x0bc0_0000L, FOUR.address(d, PMD));
        LeafAttributes attributes = FOUR.attributes(d, PMD);
        assertFalse(attributes.valid() || attributes.kernelExecutable() || attributes.user());
        assertEquals("write-back", attributes.memory());
    }

    @Test
    void unmappedCodeIsNotExecutable() {
        assertFalse(FOUR.attributes(SECRET & ~(1L << 63), PTE).kernelExecutable());
    }

    @Test
    void swapEntries() {
        assertEquals(EntryKind.SWAP, kind(SWAPPED, PTE));
        assertEquals(0, FOUR.swapType(SWAPPED));
        assertEquals(0xc4, FOUR.swapOffset(SWAPPED));
        assertEquals(0x0000_0000_0000_000aL, FOUR.withoutSwapOffset(SWAPPED));
        assertEquals(SWAPPED, FOUR.withSwapOffset(FOUR.withoutSwapOffset(SWAPPED), 0xc4));
        assertEquals(0x27, FOUR.swapOffset(FOUR.withSwapOffset(SWAPPED, 0x27)));
    }

    @Test
    void swapEntriesOfAllTypesAndFlags() {
        for (long type = 0; type < 32; type++) {
            for (long flags = 0; flags < 16; flags += 2) {
                long d = FOUR.withSwapOffset(type << 59 | flags, 0x12_3456);
                assertEquals(EntryKind.SWAP, kind(d, PTE));
                assertEquals(EntryKind.SWAP, kind(d, PMD));
                assertEquals(type, FOUR.swapType(d));
                assertEquals(0x12_3456, FOUR.swapOffset(d));
            }
        }
    }

    /** {@code SWP_HWPOISON}, whose offset is a PFN. */
    @Test
    void poisonedPage() {
        long poisoned = 0xdfff_ffff_dfb7_7000L;
        assertEquals(EntryKind.SWAP, kind(poisoned, PTE));
        assertEquals(27, FOUR.swapType(poisoned));
        assertEquals(0x10_2447, FOUR.swapOffset(poisoned));
    }

    /** Knights Landing may set A and D in entries that are not present. */
    @Test
    void strayBitsMakeNoOtherKind() {
        assertEquals(EntryKind.SWAP, kind(SWAPPED | 0x60, PTE));
        assertEquals(EntryKind.EMPTY, kind(0x60, PTE));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x10, 0x80, 0x90})
    void noSwapEntryHasPcdOrPat(long bits) {
        assertEquals(EntryKind.RESERVED, kind(SWAPPED | bits, PTE));
    }

    @Test
    void markers() {
        long marker = FOUR.withSwapOffset(31L << 59, 4);
        assertEquals(0xffff_ffff_ffff_f600L, marker);
        assertTrue(FOUR.isMarker(marker));
        assertTrue(FOUR.isMarker(marker | 2));
        assertFalse(FOUR.isMarker(FOUR.withSwapOffset(marker, 16)));
        assertFalse(FOUR.isMarker(FOUR.withSwapOffset(30L << 59, 4)));
        assertFalse(FOUR.isMarker(SWAPPED));
    }

    @Test
    void typeOfMarkersIsTheKernels() {
        X86Format format = FOUR.withMarkerType(30);
        assertTrue(format.isMarker(FOUR.withSwapOffset(30L << 59, 1)));
        assertFalse(format.isMarker(FOUR.withSwapOffset(31L << 59, 1)));
        assertTrue(FOUR.isMarker(FOUR.withSwapOffset(31L << 59, 1)));
    }
}
