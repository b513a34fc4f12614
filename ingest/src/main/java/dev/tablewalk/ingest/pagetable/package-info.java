/**
 * The walk of page tables and what comes of it. {@link
 * dev.tablewalk.ingest.pagetable.PageTableWalk} reads each table once, from every root, into
 * columns ({@link dev.tablewalk.ingest.pagetable.PageTables}): tables, the pointers between them,
 * and runs of leaf and swap entries. {@link dev.tablewalk.ingest.pagetable.Partition} cuts what
 * runs refer to into the coarsest ranges that every run is made of whole.
 */
@NullMarked
package dev.tablewalk.ingest.pagetable;

import org.jspecify.annotations.NullMarked;
