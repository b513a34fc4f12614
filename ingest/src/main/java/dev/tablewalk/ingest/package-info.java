/**
 * From a guest's RAM to the graph. {@link dev.tablewalk.ingest.Ingest} is the way of the data in
 * one place: find the kernel, read tasks and address spaces, walk page tables, cut physical memory
 * into ranges, and hand all of it on as a {@link dev.tablewalk.graph.GuestGraph}. Programs that are
 * not ours have {@link dev.tablewalk.ingest.api}.
 *
 * <p>Guest memory is hostile: every length, pointer and count from it is bounded, every walk has a
 * guard against cycles, and what does not make sense becomes an anomaly that the user sees.
 */
@NullMarked
package dev.tablewalk.ingest;

import org.jspecify.annotations.NullMarked;
