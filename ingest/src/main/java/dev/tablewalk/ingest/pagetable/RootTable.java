package dev.tablewalk.ingest.pagetable;

import dev.tablewalk.ingest.arch.PageTableFormat;

/**
 * Where a walk begins.
 *
 * @param pa physical address of the table
 * @param format of the tree below it; trees of one guest may differ in depth
 * @param va first virtual address that its first entry covers
 */
public record RootTable(long pa, PageTableFormat format, long va) {}
