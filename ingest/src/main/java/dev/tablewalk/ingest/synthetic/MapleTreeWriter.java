package dev.tablewalk.ingest.synthetic;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a maple tree that maps ranges to pointers, as {@code mm_struct.mm_mt} does: {@code
 * include/linux/maple_tree.h}, {@code lib/maple_tree.c} ({@code mt_mk_node}, {@code mte_mk_root},
 * {@code ma_data_end}).
 */
final class MapleTreeWriter {
    private static final int MAPLE_LEAF_64 = 1;
    private static final int MAPLE_ARANGE_64 = 3;
    private static final int NODE_SIZE = 256;
    private static final long MAPLE_ENODE_NULL = 4;
    private static final long MAPLE_ROOT_NODE = 2;
    private static final long MA_ROOT_PARENT = 1;
    private static final long MAPLE_PARENT_RANGE64 = 6;
    private static final int MT_FLAGS_ALLOC_RANGE = 1;
    private static final int MT_FLAGS_USE_RCU = 2;
    private static final int MT_FLAGS_HEIGHT_SHIFT = 2;

    /** What a node's unused slots may hold of its former life. */
    private static final long STALE = 0x5a1e_5a1e_5a1e_5a1eL;

    private final KernelMemory memory;
    private final KernelHeap heap;
    private final int leafSlots;
    private final int innerSlots;
    private final List<Long> nodes = new ArrayList<>();

    /**
     * @param leafSlots entries put into a leaf, 2 to 15
     * @param innerSlots children put into an inner node, 2 to 10
     */
    MapleTreeWriter(KernelMemory memory, KernelHeap heap, int leafSlots, int innerSlots) {
        this.memory = memory;
        this.heap = heap;
        this.leafSlots = leafSlots;
        this.innerSlots = innerSlots;
    }

    /**
     * What one slot stands for.
     *
     * @param last the last index of its range, inclusive
     * @param entry a pointer; 0 for a gap
     * @param gap the largest gap below, in indices
     */
    record Slot(long last, long entry, long gap) {}

    /** Virtual addresses of the nodes made so far, root last. */
    List<Long> nodes() {
        return List.copyOf(nodes);
    }

    /**
     * Writes the nodes and the {@code maple_tree} at this address.
     *
     * @param slots in order, together covering 0 to {@code ULONG_MAX}
     */
    void write(long tree, List<Slot> slots) {
        long flags = MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU;
        long root = 0;
        if (slots.size() > 1) {
            List<Slot> level = pack(slots, leafSlots, MAPLE_LEAF_64);
            int height = 1;
            for (; level.size() > 1; height++) {
                level = pack(level, innerSlots, MAPLE_ARANGE_64);
            }
            flags |= (long) height << MT_FLAGS_HEIGHT_SHIFT;
            root = level.getFirst().entry() | MAPLE_ROOT_NODE;
            memory.putU64(node(root), tree | MA_ROOT_PARENT);
        }
        memory.struct("maple_tree", tree).set("ma_flags", flags).set("ma_root", root);
    }

    private List<Slot> pack(List<Slot> slots, int perNode, int type) {
        List<Slot> above = new ArrayList<>();
        int nodesNeeded = Math.ceilDiv(slots.size(), perNode);
        for (int n = 0; n < nodesNeeded; n++) {
            // Evenly, as the kernel's own splitting leaves no node nearly empty.
            int from = slots.size() * n / nodesNeeded;
            int to = slots.size() * (n + 1) / nodesNeeded;
            above.add(writeNode(slots.subList(from, to), type));
        }
        return above;
    }

    private Slot writeNode(List<Slot> slots, int type) {
        long at = heap.allocate(NODE_SIZE, NODE_SIZE);
        nodes.add(at);
        boolean leaf = type == MAPLE_LEAF_64;
        String format = leaf ? "maple_range_64" : "maple_arange_64";
        KernelStruct node = memory.struct(format, at);
        int pivots = leaf ? 15 : 9;
        int end = slots.size() - 1;
        long largest = 0;
        int largestAt = 0;
        for (int i = 0; i <= end; i++) {
            Slot slot = slots.get(i);
            // The last pivot of the last node may be left at zero: mas_safe_pivot().
            if (i < pivots && slot.last() != -1) {
                node.setElement("pivot", i, slot.last());
            }
            node.setElement("slot", i, slot.entry());
            if (!leaf) {
                node.setElement("gap", i, slot.gap());
                memory.putU64(node(slot.entry()), at | (long) i << 3 | MAPLE_PARENT_RANGE64);
            }
            if (slot.gap() > largest) {
                largest = slot.gap();
                largestAt = i;
            }
        }
        for (int i = end + 1; i < pivots; i++) {
            node.setElement("slot", i, STALE);
        }
        node.set("meta.end", end).set("meta.gap", largestAt);
        long enode = at | (long) type << 3 | MAPLE_ENODE_NULL;
        return new Slot(slots.getLast().last(), enode, largest);
    }

    private static long node(long enode) {
        return enode & -NODE_SIZE;
    }
}
