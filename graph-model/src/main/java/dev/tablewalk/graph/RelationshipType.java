package dev.tablewalk.graph;

/** The relationship types of a checkpoint; the constant's name is the type as queries write it. */
public enum RelationshipType {
    /** A pointer that stands in guest memory on the way from a task to a page, and nothing else. */
    POINTS_TO,
    PARENT_OF,
    /** From a CPU to the task that it runs. */
    RUNS,
    THREAD_OF,
    HAS_VMA,
    MAPS,
    SWAPPED_TO,
    /** From a table to what an entry of the form of a swap entry means that is no swap. */
    MARKED_AS,
    /** From a table to the range that its frame is part of. */
    LIES_IN,
    ABOUT
}
