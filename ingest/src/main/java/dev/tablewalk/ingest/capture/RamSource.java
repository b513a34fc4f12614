package dev.tablewalk.ingest.capture;

import java.nio.file.Path;

/**
 * A run of RAM in a file that can be read.
 *
 * @param pa physical address of its first byte
 * @param size bytes
 * @param file holds it
 * @param offset of its first byte in the file, bytes
 */
record RamSource(long pa, long size, Path file, long offset) {}
