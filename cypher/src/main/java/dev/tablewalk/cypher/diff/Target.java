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
     * Swap slots.
     *
     * @param offset the first slot
     * @param slotBytes bytes of one
     */
    record Slots(int type, long offset, long slotBytes) implements Target {
        @Override
        public Slots plus(long bytes) {
            return bytes == 0 ? this : new Slots(type, offset + bytes / slotBytes, slotBytes);
        }
    }
}
