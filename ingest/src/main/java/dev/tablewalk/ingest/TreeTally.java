package dev.tablewalk.ingest;

import dev.tablewalk.ingest.frame.FrameKind;

/**
 * What was found in the tree of an address space, in the terms of the kernel's own counters. Of
 * some pages and tables it cannot be told whether the kernel counts them: these are kept apart.
 */
final class TreeTally {
    /** The kernel counts the tables of so many levels, from the last one up. */
    private static final int COUNTED_LEVELS = 3;

    /** Pages in each VMA, in the order of VMAs. */
    long[] inVmas = {};

    /** Whether there is a tree and all of it was visited. */
    boolean whole;

    /** Entries that point to a table which was not read. */
    long lostPointers;

    /** Tables that the image does not hold. */
    long unheldTables;

    /** Whether somebody holds the lock of one of its tables, and so changes entries. */
    boolean locked;

    /** Pages that entries of swap areas stand for. */
    private long swapped;

    /** Pages that other entries which are not present stand for: migration, devices. */
    private long neither;

    /** Pages outside every VMA. */
    long outsideVmas;

    /** Pages, or blocks of them, whose first frame is free by its {@code struct page}. */
    long freePages;

    /** Pages, or blocks of them, whose first frame does not lead back to where it is mapped. */
    long strayPages;

    /** Tables whose frame is no such table's by its {@code struct page}. */
    long foreignTables;

    private long tables;
    private long perhapsTables;
    private long pages;
    private long perhapsPages;

    /**
     * Adds a table.
     *
     * @param height of its level: 1 is the last one
     */
    void table(boolean root, int height) {
        if (!root && height <= COUNTED_LEVELS) {
            tables++;
        }
    }

    /**
     * Holds a table against what {@code struct page} says of its frame.
     *
     * @param rule what the kernel does with the frames of such tables
     */
    void frameOfTable(FrameKind frame, boolean root, TableMarks.Rule rule) {
        foreignTables += rule.fits(frame, root) ? 0 : 1;
    }

    /** Adds the table that is kept aside for a huge page of anonymous memory. */
    void keptTables(boolean certain) {
        if (certain) {
            tables++;
        } else {
            perhapsTables++;
        }
    }

    /**
     * Adds pages that are not present.
     *
     * @param swap whether they are in a swap area
     */
    void nonPresent(long n, boolean swap) {
        if (swap) {
            swapped += n;
        } else {
            neither += n;
        }
    }

    /**
     * Adds pages in RAM.
     *
     * @param certain whether the kernel counts them
     */
    void pages(long n, boolean certain) {
        if (certain) {
            pages += n;
        } else {
            perhapsPages += n;
        }
    }

    /** What the kernel counts as {@code pgtables_bytes}, in tables, at least. */
    long leastTables() {
        return tables;
    }

    /** The same at most. What lies below a pointer that leads nowhere cannot be told. */
    long mostTables() {
        return lostPointers > 0 ? Long.MAX_VALUE : tables + perhapsTables;
    }

    /** Resident pages at least. */
    long leastPages() {
        return pages;
    }

    /** Resident pages at most. What is being migrated counts as resident. */
    long mostPages() {
        return lostPointers > 0 ? Long.MAX_VALUE : pages + perhapsPages + neither;
    }

    /** Pages in swap at least. */
    long leastSwapped() {
        return swapped;
    }

    /** Pages in swap at most. */
    long mostSwapped() {
        return lostPointers > 0 ? Long.MAX_VALUE : swapped + neither;
    }
}
