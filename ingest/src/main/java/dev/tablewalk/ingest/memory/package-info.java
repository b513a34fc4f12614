/**
 * Guest RAM as physical memory: the file, mapped once ({@link dev.tablewalk.ingest.memory.Image}),
 * where it holds data and where holes ({@link dev.tablewalk.ingest.memory.DataExtents}), and which
 * physical addresses lie where in it ({@link dev.tablewalk.ingest.memory.PhysicalMemory}). Nothing
 * here knows what the bytes mean.
 */
@NullMarked
package dev.tablewalk.ingest.memory;

import org.jspecify.annotations.NullMarked;
