/**
 * The seam between the walk and a processor architecture. {@link
 * dev.tablewalk.ingest.arch.PageTableFormat} reads descriptors, {@link
 * dev.tablewalk.ingest.arch.Architecture} says where a kernel of that architecture keeps its page
 * tables. Nothing outside an architecture's own package knows a descriptor's bits.
 */
@NullMarked
package dev.tablewalk.ingest.arch;

import org.jspecify.annotations.NullMarked;
