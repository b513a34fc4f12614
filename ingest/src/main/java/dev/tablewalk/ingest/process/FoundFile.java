package dev.tablewalk.ingest.process;

/**
 * An inode, and the path by which a VMA maps it.
 *
 * @param address of the inode, a kernel virtual address
 * @param path as {@code /proc/PID/maps} prints it, {@code (deleted)} included
 * @param number {@code i_ino}
 * @param device {@code MAJOR:MINOR} as {@code /proc/PID/maps} prints it
 */
public record FoundFile(long address, String path, long number, String device, boolean deleted) {}
