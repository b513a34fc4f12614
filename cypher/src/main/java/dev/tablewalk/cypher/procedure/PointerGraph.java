package dev.tablewalk.cypher.procedure;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's graph as far as address spaces and their trees of page tables need it, wherever it
 * is kept: in the store, or in memory.
 *
 * @param <N> a node
 * @param <R> a {@code POINTS_TO} relationship
 */
public interface PointerGraph<N, R> {
    /** The pointers that stand in a node. */
    Iterable<R> pointersFrom(N node);

    /** The pointers that lead to it. */
    Iterable<R> pointersTo(N node);

    /** Where a pointer stands. */
    N source(R pointer);

    /** Where it leads to. */
    N target(R pointer);

    /** Whether a node is a page table. */
    boolean isTable(N node);

    /** The VMAs of an address space, in no order. */
    Iterable<N> vmas(N mm);

    /** The file that a VMA maps; null if it maps none. */
    @Nullable N file(N vma);

    /** The number that the store has of it. */
    long number(N node);

    /** Nodes' property of a name. */
    Property<N> ofNodes(String key);

    /** Pointers' property of a name. */
    Property<R> ofPointers(String key);

    /**
     * A property, looked for once and then read of many.
     *
     * @param <T> what has it
     */
    @FunctionalInterface
    interface Property<T> {
        /** Its value; null if that one has none. */
        @Nullable Object of(T one);
    }
}
