package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.Optional;

/**
 * The kernel's XArray: {@code include/linux/xarray.h}, {@code lib/xarray.c}. A pointer whose two
 * low bits are 10 leads to a node, if it is large enough for one.
 */
final class XArray {
    private static final int INTERNAL = 2;
    private static final int TAG_BITS = 3;

    /** {@code xa_is_node()}: what is smaller marks a sibling, a retry or a zero entry. */
    private static final long SMALLEST_NODE = 4096;

    private static final int MOST_SHIFT = 64;

    /** Places of one node that are taken and not filled yet: one a task that is being made. */
    private static final int MOST_ON_THEIR_WAY = 8;

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Field head;
    private final Field shift;
    private final Field slots;
    private final Optional<Field> count;

    XArray(KernelMemory memory, KernelTypes types, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
        head = types.orAbsent("xarray", "xa_head");
        shift = types.orAbsent("xa_node", "shift");
        slots = types.orAbsent("xa_node", "slots");
        count = types.find("xa_node", "count");
    }

    boolean isKnown() {
        return head.isKnown() && shift.isKnown() && slots.isKnown();
    }

    /** Takes what the array holds. */
    interface Entry {
        /** Takes a pointer and its place. */
        void accept(long index, long pointer);
    }

    /**
     * Visits all pointers that it holds, by ascending index. A node that cannot be read is told,
     * with what was in it.
     *
     * @param what it holds, in the plural, for anomalies
     */
    void forEach(String what, long array, Entry entry) {
        try {
            visit(what, memory.pointer(array, head), 0, MOST_SHIFT, entry);
        } catch (MemoryFault e) {
            String why = what + ": " + e.getMessage();
            anomalies.add("xarray_unreadable", array, "xarray.xa_head", why);
        }
    }

    private void visit(String what, long pointer, long first, int parentShift, Entry entry) {
        if ((pointer & TAG_BITS) != INTERNAL) {
            if (pointer != 0 && (pointer & 1) == 0) {
                entry.accept(first, pointer);
            }
            return;
        }
        if (Long.compareUnsigned(pointer, SMALLEST_NODE) < 0) {
            return;
        }
        long node = pointer - INTERNAL;
        String range =
                parentShift == MOST_SHIFT
                        ? what
                        : what + " " + first + " to " + (first + (1L << parentShift) - 1);
        try {
            int own = (int) memory.number(node, shift);
            if (own >= parentShift) { // so that every way down ends
                String why = range + ": shift " + own + " below " + parentShift;
                anomalies.add("xarray_loop", node, "xa_node.shift", why);
                return;
            }
            int used = 0;
            for (int i = 0; i < slots.elements(); i++) {
                long slot = memory.pointer(node + slots.offset() + 8L * i);
                used += slot == 0 ? 0 : 1;
                visit(what, slot, first + ((long) i << own), own, entry);
            }
            // A node without entries is taken out. alloc_pid() takes places that it fills later,
            // each of which counts (calculate_count() of lib/radix-tree.c).
            long counted = count.isPresent() ? memory.number(node, count.get()) : used;
            if ((used == 0 && counted == 0)
                    || counted < used - 1
                    || counted > used + MOST_ON_THEIR_WAY) {
                String why = range + ": " + used + " entries, and not as many as it counts";
                anomalies.add("xarray_unreadable", node, "xa_node.count", why);
            }
        } catch (MemoryFault e) {
            String why = range + ": " + e.getMessage();
            anomalies.add("xarray_unreadable", node, "xa_node", why);
        }
    }
}
