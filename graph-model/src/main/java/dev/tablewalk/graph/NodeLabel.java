package dev.tablewalk.graph;

/** The node labels of a checkpoint; {@link #text()} is the label as queries write it. */
public enum NodeLabel {
    CHECKPOINT("Checkpoint"),
    CPU("Cpu"),
    TASK("Task"),
    MM_STRUCT("MmStruct"),
    VMA("Vma"),
    FILE("File"),
    PAGE_TABLE("PageTable"),
    PAGE_RANGE("PageRange"),
    REGION("Region"),
    SWAP_RANGE("SwapRange"),
    NON_SWAP_RANGE("NonSwapRange"),
    ANOMALY("Anomaly"),
    /** Of a diff only. */
    CHECK("Check"),
    /** A second label of a {@link #PAGE_TABLE} that a walk starts from. */
    ROOT("Root"),
    /** A second label of a {@link #PAGE_TABLE} that was found by its content only. */
    CANDIDATE("Candidate"),
    /** A second label in a diff: only after. */
    ADDED("Added"),
    /** A second label in a diff: only before. */
    REMOVED("Removed"),
    /** A second label in a diff: on both sides, and not alike. */
    CHANGED("Changed");

    private final String text;

    NodeLabel(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
