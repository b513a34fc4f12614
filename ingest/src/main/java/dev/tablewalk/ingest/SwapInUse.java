package dev.tablewalk.ingest;

import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.scan.TableScan;

/**
 * The swap entries that a guest can hold: of the types that its own tables hold, and in each no
 * slot further than theirs. Slot 0 is the swap area's header.
 */
final class SwapInUse implements TableScan.SwapTypes {
    private final PageTableFormat format;

    /** By type; types have six bits at most. */
    private final long[] lastSlots = new long[64];

    SwapInUse(PageTables tables) {
        format = tables.format();
        for (int run = 0; run < tables.swapRuns(); run++) {
            int type = MappedRanges.swapTypeOf(tables, run);
            long last = MappedRanges.swapEnd(tables, run) - 1;
            lastSlots[type] = Math.max(lastSlots[type], last);
        }
    }

    @Override
    public boolean plausible(long entry) {
        long slot = format.swapOffset(entry);
        return slot > 0 && slot <= lastSlots[format.swapType(entry)];
    }
}
