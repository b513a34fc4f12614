/**
 * Guest RAM as physical memory: the bytes of an image ({@link
 * dev.tablewalk.ingest.memory.ImageBytes}), a file as it is mapped ({@link
 * dev.tablewalk.ingest.memory.MappedBytes}) or blocks that are unpacked when they are read ({@link
 * dev.tablewalk.ingest.memory.PackedBytes}), and which physical addresses lie where in them ({@link
 * dev.tablewalk.ingest.memory.PhysicalMemory}). Nothing here knows a file's format, or what the
 * bytes mean.
 */
@NullMarked
package dev.tablewalk.ingest.memory;

import org.jspecify.annotations.NullMarked;
