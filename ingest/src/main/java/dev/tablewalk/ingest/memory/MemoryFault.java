package dev.tablewalk.ingest.memory;

import dev.tablewalk.graph.Hex;

/**
 * An address that leads nowhere. Guest pointers are hostile, so this is common; it carries no stack
 * trace, and whoever walks a structure turns it into an anomaly and goes on.
 */
public final class MemoryFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long address;

    public MemoryFault(String what, long address) {
        super(what + " " + Hex.of(address), null, false, false);
        this.address = address;
    }

    public long address() {
        return address;
    }
}
