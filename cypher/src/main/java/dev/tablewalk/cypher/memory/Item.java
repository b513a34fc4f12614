package dev.tablewalk.cypher.memory;

/** A thing of a graph in memory, by its number there. */
sealed interface Item {
    /** A node. */
    record OfNode(int number) implements Item {}

    /** A relationship. */
    record OfRelationship(int number) implements Item {}
}
