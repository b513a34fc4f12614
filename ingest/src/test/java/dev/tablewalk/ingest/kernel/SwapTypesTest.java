package dev.tablewalk.ingest.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code include/linux/swap.h} as it was at several times, with what it asks of the build. */
class SwapTypesTest {
    private static final Set<String> NEW = Set.of("PG_anon_exclusive", "MMU_NOTIFY_EXCLUSIVE");

    /** From the highest type down, which of them are no swap areas. */
    private static List<String> kinds(Set<String> enumerators, Set<String> functions) {
        return kinds(SwapTypes.of(enumerators::contains, functions::contains));
    }

    private static List<String> kinds(SwapTypes types) {
        List<String> kinds = new ArrayList<>();
        for (int type = 31; type >= 0 && !types.isSwap(type); type--) {
            kinds.add(types.kind(type, 8));
        }
        for (int type = 31 - kinds.size(); type >= 0; type--) {
            assertTrue(types.isSwap(type));
        }
        return kinds;
    }

    private static List<String> many(int devices, int migration, int hwpoison, boolean marker) {
        List<String> kinds = new ArrayList<>();
        if (marker) {
            kinds.add("marker");
        }
        for (int i = 0; i < devices; i++) {
            kinds.add("device_private");
        }
        for (int i = 0; i < migration; i++) {
            kinds.add("migration");
        }
        for (int i = 0; i < hwpoison; i++) {
            kinds.add("hwpoison");
        }
        return kinds;
    }

    @Test
    void asManyTypesAsTheKernelWasBuiltWith() {
        Set<String> all = Set.of("migrate_pages", "memory_failure", "migrate_vma_setup");
        Set<String> exclusive = Set.of("migrate_pages", "memory_failure", "make_device_exclusive");
        Set<String> range =
                Set.of(
                        "migrate_pages",
                        "memory_failure",
                        "migrate_vma_setup",
                        "make_device_exclusive_range");
        assertEquals(many(2, 2, 1, false), kinds(Set.of(), all), "5.10");
        assertEquals(many(4, 2, 1, false), kinds(Set.of("MMU_NOTIFY_EXCLUSIVE"), range), "5.15");
        assertEquals(
                many(0, 2, 1, false),
                kinds(Set.of("MMU_NOTIFY_EXCLUSIVE"), all),
                "5.18 with ZONE_DEVICE and without DEVICE_PRIVATE");
        assertEquals(many(0, 3, 1, true), kinds(NEW, all), "6.12 likewise");
        assertEquals(many(4, 3, 1, true), kinds(NEW, range), "6.12 with DEVICE_PRIVATE");
        assertEquals(many(3, 3, 1, true), kinds(NEW, exclusive), "6.15");
        assertEquals(many(0, 0, 0, true), kinds(NEW, Set.of("_stext")), "a small kernel");
        assertEquals(many(0, 3, 0, true), kinds(NEW, Set.of("migrate_pages")));
    }

    @Test
    void withoutSymbolsTheMostThatThereCanBeIsNotTakenForSwap() {
        assertEquals(9, kinds(SwapTypes.of(NEW::contains, null)).size());
        assertEquals(7, kinds(SwapTypes.of(Set.of()::contains, null)).size());
        assertEquals("other", SwapTypes.of(NEW::contains, null).kind(30, 1));
        assertEquals("guard", SwapTypes.of(NEW::contains, null).kind(31, 4));
    }

    @Test
    void markersAreToldByTheirBits() {
        SwapTypes types = SwapTypes.of(NEW::contains, Set.of("migrate_pages")::contains);
        assertEquals("uffd_wp", types.kind(31, 1));
        assertEquals("poison", types.kind(31, 2));
        assertEquals("guard", types.kind(31, 4));
        assertEquals("marker", types.kind(31, 3));
        assertEquals("poison", types.kind(31, 0x41000), "SWP_SWAPIN_ERROR, and a frame");
    }

    /** Layouts of entries with room for 64 types: no kernel has more than 32. */
    @Test
    void typesThatNoKernelHasAreSwap() {
        assertTrue(SwapTypes.of(NEW::contains, null).isSwap(32));
        assertTrue(SwapTypes.of(NEW::contains, null).isSwap(63));
        assertFalse(SwapTypes.of(NEW::contains, null).isSwap(31));
    }
}
