package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.HashSet;
import java.util.Set;

/**
 * The kernel's maple tree: {@code lib/maple_tree.c}, {@code include/linux/maple_tree.h}. A node's
 * address carries its type in bits 6:3; its pivots are the last index of each slot.
 */
final class MapleTree {
    private static final long NODE_MASK = ~0xffL;
    private static final int TYPE_SHIFT = 3;
    private static final int TYPE_MASK = 15;

    /** Ten slots a level hold more than any address space has. */
    private static final int MAX_DEPTH = 24;

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Field root;
    private final int dense;
    private final int leaf64;
    private final int range64;
    private final int arange64;
    private final Field rangePivot;
    private final Field rangeSlot;
    private final Field arangePivot;
    private final Field arangeSlot;

    MapleTree(KernelMemory memory, KernelTypes types, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
        root = types.field("maple_tree", "ma_root");
        dense = types.enumerator("maple_dense", 0);
        leaf64 = types.enumerator("maple_leaf_64", 1);
        range64 = types.enumerator("maple_range_64", 2);
        arange64 = types.enumerator("maple_arange_64", 3);
        rangePivot = types.field("maple_range_64", "pivot");
        rangeSlot = types.field("maple_range_64", "slot");
        arangePivot = types.field("maple_arange_64", "pivot");
        arangeSlot = types.field("maple_arange_64", "slot");
    }

    /** Takes what the tree holds. */
    interface Entry {
        /**
         * Takes one entry.
         *
         * @param first index of the range that the entry stands for
         * @param last index of the range
         */
        void accept(long first, long last, long entry);
    }

    /**
     * Visits all entries by ascending index.
     *
     * @param mm whose tree it is, which anomalies are about
     */
    void forEach(long mm, long tree, Entry to) {
        try {
            long entry = memory.pointer(tree, root);
            if (isNode(entry)) {
                new Walk(mm, to).node(entry, 0, -1, 0);
            } else if (entry != 0) {
                to.accept(0, 0, entry);
            }
        } catch (MemoryFault e) {
            anomalies.fault("vma_tree_broken", mm, "maple_tree.ma_root", e);
        }
    }

    /** {@code xa_is_node()}. */
    private static boolean isNode(long entry) {
        return (entry & 3) == 2 && Long.compareUnsigned(entry, 4096) > 0;
    }

    /** Goes through the nodes of one tree. */
    private final class Walk {
        private final long mm;
        private final Entry to;
        private final Set<Long> seen = new HashSet<>();

        Walk(long mm, Entry to) {
            this.mm = mm;
            this.to = to;
        }

        private void broken(long node, String why) {
            anomalies.add("vma_tree_broken", mm, "maple_node", "at " + Hex.of(node) + ": " + why);
        }

        void node(long enode, long min, long max, int depth) {
            long address = enode & NODE_MASK;
            int type = (int) (enode >>> TYPE_SHIFT) & TYPE_MASK;
            if (depth > MAX_DEPTH || !seen.add(address)) {
                broken(address, "the tree comes back here");
                return;
            }
            if (type == dense || (type != leaf64 && type != range64 && type != arange64)) {
                broken(address, "a node of type " + type);
                return;
            }
            Field pivots = type == arange64 ? arangePivot : rangePivot;
            Field slots = type == arange64 ? arangeSlot : rangeSlot;
            long first = min;
            for (int i = 0; i < slots.elements(); i++) {
                try {
                    long pivot =
                            i < pivots.elements()
                                    ? memory.u64(address + pivots.offset() + 8L * i)
                                    : max;
                    // A pivot of zero behind the first is unused: the slot goes on to the node's
                    // end.
                    long last = pivot == 0 && i > 0 ? max : pivot;
                    if (Long.compareUnsigned(last, first) < 0
                            || Long.compareUnsigned(last, max) > 0) {
                        broken(address, "pivot[" + i + "] does not ascend");
                        last = max;
                    }
                    long slot = memory.pointer(address + slots.offset() + 8L * i);
                    if (slot != 0) {
                        if (type == leaf64) {
                            to.accept(first, last, slot);
                        } else {
                            node(slot, first, last, depth + 1);
                        }
                    }
                    if (last == max) {
                        return;
                    }
                    first = last + 1;
                } catch (MemoryFault e) {
                    broken(address, "slot[" + i + "]: " + e.getMessage());
                    return;
                }
            }
        }
    }
}
