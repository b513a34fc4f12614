package dev.tablewalk.ingest.kernel;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the types of swap entries mean: the kernel gives its own the highest of {@code 1 <<
 * MAX_SWAPFILES_SHIFT} numbers, one after the other from the top, each if it was built with that.
 * Linux {@code include/linux/swap.h}, from {@code SWP_PTE_MARKER} to {@code MAX_SWAPFILES}.
 */
public final class SwapTypes {
    private static final int TYPES = 32; // MAX_SWAPFILES_SHIFT is 5
    private static final String MARKER = "marker";
    private static final String OTHER = "other";

    /** {@code PTE_MARKER_MASK}, and room for more. */
    private static final long MOST_FLAGS = 0xf;

    /** By type; null of a swap area's. */
    private final @Nullable String[] kinds = new String[TYPES];

    private int next = TYPES - 1;

    private SwapTypes() {}

    /** Learns them of the functions that the kernel has for each, and of its enumerators. */
    public static SwapTypes of(Kernel kernel) {
        Kallsyms symbols = kernel.symbols();
        SwapTypes types =
                of(
                        kernel.types()::hasEnumerator,
                        symbols.count() == 0 ? null : name -> symbols.address(name).isPresent());
        kernel.word("nr_swapfiles").ifPresent(word -> types.areas((int) word));
        return types;
    }

    /** Tells how many swap areas there ever were, if any: no other type is one's. */
    private void areas(int count) {
        for (int type = count; count > 0 && type < TYPES; type++) {
            kinds[type] = kinds[type] == null ? OTHER : kinds[type];
        }
    }

    /**
     * Learns them.
     *
     * @param enumerator whether the kernel's types have it
     * @param function whether the kernel has it; null if its symbols are not known
     */
    static SwapTypes of(Predicate<String> enumerator, @Nullable Predicate<String> function) {
        SwapTypes types = new SwapTypes();
        // Of one series, commits 6c287605fd56 and 679d10331910. At first one had to ask for markers
        // proper, but then another type (SWP_SWAPIN_ERROR) was the highest; since commits
        // 15520a3f0469 and ca92ea3dc5a2 it is a marker too.
        boolean exclusive = enumerator.test("PG_anon_exclusive");
        types.add(MARKER, exclusive ? 1 : 0);
        if (function == null) {
            // Which of these there are, only functions tell: the most that there can be.
            types.add(OTHER, exclusive ? 8 : 7);
            return types;
        }
        boolean exclusiveDevices = exclusive || enumerator.test("MMU_NOTIFY_EXCLUSIVE");
        types.add("device_private", devices(function, exclusiveDevices));
        types.add("migration", function.test("migrate_pages") ? exclusive ? 3 : 2 : 0);
        types.add("hwpoison", function.test("memory_failure") ? 1 : 0);
        return types;
    }

    /**
     * {@code SWP_DEVICE_NUM}, with CONFIG_DEVICE_PRIVATE.
     *
     * @param known whether the kernel knows of exclusive access by devices: commit b756a3b5e7ea
     */
    private static int devices(Predicate<String> function, boolean known) {
        if (function.test("make_device_exclusive")) {
            return 3; // exclusive ones have one type: commit c25465eb7630
        }
        if (function.test("make_device_exclusive_range")) {
            return 4;
        }
        // Before, that option alone had this function built; since, CONFIG_ZONE_DEVICE has it too.
        return !known && function.test("migrate_vma_setup") ? 2 : 0;
    }

    private void add(String kind, int count) {
        Arrays.fill(kinds, next + 1 - count, next + 1, kind);
        next -= count;
    }

    /** Whether entries of the type are of pages in a swap area. */
    public boolean isSwap(int type) {
        return type < 0 || type >= TYPES || kinds[type] == null;
    }

    /**
     * What an entry is that is no swap: of a marker, which its {@code pte_marker} bits say.
     *
     * @param offset {@code swp_offset}
     */
    public String kind(int type, long offset) {
        String kind = isSwap(type) ? null : kinds[type];
        if (kind == null || !kind.equals(MARKER)) {
            return kind == null ? OTHER : kind;
        }
        if (offset == 1) {
            return "uffd_wp"; // PTE_MARKER_UFFD_WP
        }
        if (offset == 2 || offset > MOST_FLAGS) {
            return "poison"; // PTE_MARKER_POISONED; a frame's number of SWP_SWAPIN_ERROR
        }
        return offset == 4 ? "guard" : MARKER; // PTE_MARKER_GUARD
    }
}
