package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Hex;

/**
 * A run of a guest's physical memory that lies in one run of a memory backend.
 *
 * @param pa physical address of its first byte
 * @param size bytes
 * @param backend QEMU's id of the backend
 * @param offset of its first byte in the backend, bytes
 */
record RamBlock(long pa, long size, String backend, long offset) {
    /** Physical address behind the last byte. */
    long end() {
        return pa + size;
    }

    @Override
    public String toString() {
        return Hex.of(pa) + ":" + Hex.of(size) + " of " + backend;
    }
}
