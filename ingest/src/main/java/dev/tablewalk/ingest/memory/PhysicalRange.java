package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.Hex;

/**
 * A run of guest RAM.
 *
 * @param pa physical address of its first byte
 * @param size bytes
 */
public record PhysicalRange(long pa, long size) {
    /** Physical address behind the last byte. */
    public long end() {
        return pa + size;
    }

    @Override
    public String toString() {
        return Hex.of(pa) + ":" + Hex.of(size);
    }
}
