package dev.tablewalk.cypher.picture;

import java.util.Locale;

/** What the colours of a picture of physical memory tell. */
public enum Layer {
    /** What the kernel uses a frame for. */
    KIND,
    /** At which level it is a page table. */
    LEVEL,
    /** How many entries of processes map it. */
    MAPPINGS,
    /** Which process has it for itself. */
    OWNER,
    /** Of a diff, what became of the mappings that processes have of it. */
    CHANGE;

    /** As it is written in an address. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
