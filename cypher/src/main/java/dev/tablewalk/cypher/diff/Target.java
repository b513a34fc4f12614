package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.LeafAttributes;

/** Where a run of pages leads. */
public sealed interface Target {
    /** Where the part leads that begins so many bytes on. */
    Target plus(long bytes);

    /**
     * Frames.
     *
     * @param pa physical address of the first byte
     * @param size bytes that one entry maps
     */
    record Frames(long pa, long size, LeafAttributes attributes) implements Target {
        @Override
        public Frames plus(long bytes) {
            return bytes == 0 ? this : new Frames(pa + bytes, size, attributes);
        }
    }

    /**
     * Swap slots, or what else entries of their form stand for.
     *
     * @param offset the first slot
     * @param slotBytes bytes of one; 0 of a marker, which is the same for every page
     * @param swap whether they are swap slots
     */
    record Slots(int type, long offset, long slotBytes, boolean swap) implements Target {
        /** Of swap. */
        Slots(int type, long offset, long slotBytes) {
            this(type, offset, slotBytes, true);
        }

        @Override
        public Slots plus(long bytes) {
            return bytes == 0 || slotBytes == 0
                    ? this
                    : new Slots(type, offset + bytes / slotBytes, slotBytes, swap);
        }
    }
}
