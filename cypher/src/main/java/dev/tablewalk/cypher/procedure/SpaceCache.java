package dev.tablewalk.cypher.procedure;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Transaction;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/**
 * What was found out of address spaces, for the functions that are asked of them row by row. A
 * checkpoint does not change, so it holds for as long as the kernel's side of a transaction lives,
 * which Neo4j uses again for others of the same database; nothing here keeps that alive.
 */
final class SpaceCache {
    private static final Map<KernelTransaction, SpaceCache> CACHES =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final Map<String, VmaIndex<String>> vmas = new HashMap<>();

    /** Of each address space the task; empty if there is none. */
    private final Map<String, String> owners = new HashMap<>();

    private SpaceCache() {}

    static SpaceCache of(Transaction transaction) {
        // A function is given another Transaction at each call.
        return CACHES.computeIfAbsent(
                ((InternalTransaction) transaction).kernelTransaction(), _ -> new SpaceCache());
    }

    /** The VMAs of an address space that hold an address, by their start. */
    synchronized List<Node> vmas(Transaction transaction, Node mm, long va) {
        return vmas
                .computeIfAbsent(
                        mm.getElementId(), _ -> StoredPointers.SPACES.vmas(mm, Node::getElementId))
                .in(va, va + 1)
                .stream()
                .map(transaction::getNodeByElementId)
                .toList();
    }

    /** The task of the lowest pid that has an address space. */
    synchronized @Nullable Node owner(Transaction transaction, Node mm) {
        String owner = owners.computeIfAbsent(mm.getElementId(), _ -> ownerId(mm));
        return owner.isEmpty() ? null : transaction.getNodeByElementId(owner);
    }

    private static String ownerId(Node mm) {
        Node owner = StoredPointers.SPACES.owner(mm);
        return owner == null ? "" : owner.getElementId();
    }
}
