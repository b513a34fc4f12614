package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.graph.LeafAttributes;
import java.util.Set;

/** Encodes page-table entries as Linux fills them in. */
public interface Descriptors {
    /** An entry that leads to a table. */
    long table(long pa, boolean kernel);

    /** The same, which forbids something for all that is below. */
    long limited(long table, TableLimit limit);

    /** An entry of a table of this level that maps memory. */
    long leaf(int level, long pa, Set<LeafFlag> flags, KernelEra era);

    /** An entry of the last level that Linux never writes, and that means nothing. */
    long reserved();

    /** What a reader should make of such a descriptor. */
    LeafAttributes attributes(Set<LeafFlag> flags);

    /**
     * An entry for a page in swap.
     *
     * @param type of the swap area, or one of the highest for migration and its like
     * @param offset slot, or what else the type makes of it
     * @throws IllegalArgumentException if the entry has no room for one of them
     */
    long swap(KernelEra era, int type, long offset);
}
