package dev.tablewalk.ingest.synthetic;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes an XArray, as the pid IDR is one: {@code include/linux/xarray.h}. */
final class XArrayWriter {
    private static final int XA_CHUNK_SHIFT = 6;
    private static final int XA_CHUNK_SIZE = 1 << XA_CHUNK_SHIFT;
    private static final long INTERNAL = 2;

    private final KernelHeap heap;
    private final KernelStruct array;

    private XArrayWriter(KernelHeap heap, KernelStruct array) {
        this.heap = heap;
        this.array = array;
    }

    /** Fills an XArray with pointers by index. */
    static void write(KernelHeap heap, KernelStruct array, Map<Integer, Long> entries) {
        SortedMap<Integer, Long> sorted = new TreeMap<>(entries);
        if (sorted.isEmpty()) {
            return;
        }
        int shift = 0;
        while (sorted.lastKey() >>> shift >= XA_CHUNK_SIZE) {
            shift += XA_CHUNK_SHIFT;
        }
        long root = new XArrayWriter(heap, array).node(sorted, shift, 0, 0);
        array.set("xa_head", root | INTERNAL);
    }

    private long node(SortedMap<Integer, Long> entries, int shift, long parent, int offset) {
        KernelStruct node = heap.struct("xa_node");
        node.set("shift", shift).set("offset", offset).set("parent", parent);
        node.set("array", array.va());
        int base = entries.firstKey() >>> shift >>> XA_CHUNK_SHIFT << XA_CHUNK_SHIFT << shift;
        int count = 0;
        for (int slot = 0; slot < XA_CHUNK_SIZE; slot++) {
            int from = base + (slot << shift);
            SortedMap<Integer, Long> below = entries.subMap(from, from + (1 << shift));
            if (!below.isEmpty()) {
                long entry =
                        shift == 0
                                ? below.getOrDefault(from, 0L)
                                : node(below, shift - XA_CHUNK_SHIFT, node.va(), slot) | INTERNAL;
                node.setElement("slots", slot, entry);
                count++;
            }
        }
        return node.set("count", count).va();
    }
}
