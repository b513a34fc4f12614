package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.frame.FrameKind;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.scan.TableScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All tables by every way of finding them: what was walked, what {@code struct page} marks, and
 * what looks like a table.
 */
final class FoundTables {
    private final PageTables walked;
    private final PageTableFormat format;
    private final PhysicalMemory memory;
    private final FrameIndex index;
    private final @Nullable Frames frames;
    private final @Nullable TableScan scan;
    private final Set<Long> deposits;
    private final BitSet hotplug;

    /** Of each frame whether a table that was walked lies in it. */
    private final boolean[] holdsWalked;

    private final List<GraphNode.PageTable> others = new ArrayList<>();

    /**
     * @param frames null if {@code struct page} could not be read
     * @param scan null if RAM was not scanned
     * @param deposits physical addresses of the tables that are kept for huge pages
     * @param hotplug rows of the tables that the kernel made for memory added since boot
     */
    FoundTables(
            PageTables walked,
            PhysicalMemory memory,
            FrameIndex index,
            @Nullable Frames frames,
            @Nullable TableScan scan,
            Set<Long> deposits,
            BitSet hotplug) {
        this.walked = walked;
        this.format = walked.format();
        this.memory = memory;
        this.index = index;
        this.frames = frames;
        this.scan = scan;
        this.deposits = deposits;
        this.hotplug = hotplug;
        this.holdsWalked = new boolean[index.count()];
        for (int table = 0; table < walked.count(); table++) {
            int row = index.row(walked.pa(table));
            if (row >= 0) {
                holdsWalked[row] = true;
            }
        }
        addOthers();
    }

    private void addOthers() {
        long[] entries = new long[(int) (format.pageSize() >>> 3)];
        for (int row = 0; row < index.count(); row++) {
            if (holdsWalked[row] || !(isMarked(row) || isScanned(row))) {
                continue;
            }
            long pa = index.pa(row);
            if (memory.readTable(pa, entries, entries.length) && !isLeftOver(row, entries)) {
                others.add(other(pa, row, entries));
            }
        }
    }

    private GraphNode.PageTable other(long pa, int row, long[] entries) {
        int level =
                scan != null && scan.isTable(row) ? scan.level(row) : walked.format().levels() - 1;
        int tables = 0;
        int leaves = 0;
        int nonPresent = 0;
        for (long entry : entries) {
            switch (entry == 0 ? null : format.kind(entry, level)) {
                case TABLE -> tables++;
                case LEAF -> leaves++;
                case SWAP -> nonPresent++;
                case null, default -> {}
            }
        }
        return new GraphNode.PageTable(
                pa,
                isScanned(row) ? format.levelName(level) : "unknown",
                null,
                tables,
                leaves,
                nonPresent,
                marked(pa),
                frame(pa),
                false,
                foundBy(pa, false));
    }

    private boolean isMarked(int row) {
        return kind(index.pa(row)) == FrameKind.TABLE;
    }

    /** What {@code struct page} says of the frame; unknown if it could not be read. */
    private FrameKind kind(long pa) {
        return frames == null ? FrameKind.UNKNOWN : frames.kind(pa);
    }

    /**
     * Whether it is the root of a process that has exited, in a frame that is free: where a root
     * has the kernel's half too, that stays when all that was the process's is taken out.
     */
    private boolean isLeftOver(int row, long[] entries) {
        FrameKind kind = kind(index.pa(row));
        boolean free = kind == FrameKind.BUDDY || kind == FrameKind.FREE;
        return free
                && format.userEntries() < format.entries(0)
                && scan != null
                && scan.fits(row, 0)
                && Arrays.stream(entries, 0, format.userEntries()).allMatch(each -> each == 0);
    }

    private boolean isScanned(int row) {
        return scan != null && scan.isTable(row);
    }

    /** Those that no walk reached, by ascending physical address. */
    List<GraphNode.PageTable> others() {
        return others;
    }

    @Nullable Boolean marked(long pa) {
        return frames == null ? null : kind(pa) == FrameKind.TABLE;
    }

    /** Whether the kernel made a table that was walked for memory added since boot. */
    boolean hotplug(int row) {
        return hotplug.get(row);
    }

    /** What {@code struct page} says of the frame. */
    @Nullable String frame(long pa) {
        FrameKind kind = kind(pa);
        return kind == FrameKind.UNKNOWN ? null : kind.text();
    }

    /** The ways by which a table is found. */
    List<String> foundBy(long pa, boolean byWalk) {
        List<String> ways = new ArrayList<>(3);
        if (byWalk) {
            ways.add("walk");
        }
        int row = index.row(pa);
        boolean aligned = (pa & (format.pageSize() - 1)) == 0;
        if (row >= 0 && isMarked(row)) {
            ways.add("struct_page");
        }
        if (row >= 0 && aligned && isScanned(row)) {
            ways.add("scan");
        }
        if (deposits.contains(pa)) {
            ways.add("deposit");
        }
        return List.copyOf(ways);
    }
}
