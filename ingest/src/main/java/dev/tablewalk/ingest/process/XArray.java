package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.function.LongConsumer;

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

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Field head;
    private final Field shift;
    private final Field slots;

    XArray(KernelMemory memory, KernelTypes types, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
        head = types.orAbsent("xarray", "xa_head");
        shift = types.orAbsent("xa_node", "shift");
        slots = types.orAbsent("xa_node", "slots");
    }

    boolean isKnown() {
        return head.isKnown() && shift.isKnown() && slots.isKnown();
    }

    /** Visits all pointers that it holds, by ascending index. */
    void forEach(long array, LongConsumer entry) {
        try {
            visit(memory.pointer(array, head), MOST_SHIFT, entry);
        } catch (MemoryFault e) {
            anomalies.fault("xarray_unreadable", array, "xarray.xa_head", e);
        }
    }

    private void visit(long pointer, int parentShift, LongConsumer entry) {
        if ((pointer & TAG_BITS) != INTERNAL) {
            if (pointer != 0 && (pointer & 1) == 0) {
                entry.accept(pointer);
            }
            return;
        }
        if (Long.compareUnsigned(pointer, SMALLEST_NODE) < 0) {
            return;
        }
        long node = pointer - INTERNAL;
        try {
            int own = (int) memory.number(node, shift);
            if (own >= parentShift) { // so that every way down ends
                anomalies.add("xarray_loop", node, "xa_node.shift", own + " below " + parentShift);
                return;
            }
            for (int i = 0; i < slots.elements(); i++) {
                visit(memory.pointer(node + slots.offset() + 8L * i), own, entry);
            }
        } catch (MemoryFault e) {
            anomalies.fault("xarray_unreadable", node, "xa_node", e);
        }
    }
}
