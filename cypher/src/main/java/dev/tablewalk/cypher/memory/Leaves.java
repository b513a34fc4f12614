package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Item.OfNode;
import dev.tablewalk.cypher.memory.Item.OfRelationship;
import dev.tablewalk.cypher.procedure.AddressSpaces.Leaf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The leaves of an address space, kept in 16 bytes each while all of them lie in one VMA each. */
final class Leaves {
    private static final int FIRST = 16;

    private int[] pointers = new int[FIRST];
    private long[] addresses = new long[FIRST];
    private final ArrayList<List<OfNode>> vmas = new ArrayList<>();

    /** Pages outside; null while no leaf has any. */
    private long @Nullable [] outside;

    private Leaves() {}

    static Leaves of(Stream<Leaf<OfNode, OfRelationship>> leaves) {
        Leaves kept = new Leaves();
        leaves.forEachOrdered(kept::keep);
        kept.grow(kept.size());
        kept.vmas.trimToSize();
        return kept;
    }

    private void keep(Leaf<OfNode, OfRelationship> leaf) {
        int at = vmas.size();
        if (at == pointers.length) {
            grow(at + (at >> 1));
        }
        pointers[at] = leaf.pointer().number();
        addresses[at] = leaf.va();
        vmas.add(leaf.vmas());
        if (leaf.outside() != 0) {
            if (outside == null) {
                outside = new long[pointers.length];
            }
            outside[at] = leaf.outside();
        }
    }

    private void grow(int size) {
        pointers = Arrays.copyOf(pointers, size);
        addresses = Arrays.copyOf(addresses, size);
        if (outside != null) {
            outside = Arrays.copyOf(outside, size);
        }
    }

    int size() {
        return vmas.size();
    }

    OfRelationship pointer(int at) {
        return new OfRelationship(pointers[at]);
    }

    /** Address of its first byte. */
    long va(int at) {
        return addresses[at];
    }

    /** Those that it lies in. */
    List<OfNode> vmas(int at) {
        return vmas.get(at);
    }

    /** Its pages that lie in none. */
    long outside(int at) {
        return outside == null ? 0 : outside[at];
    }
}
