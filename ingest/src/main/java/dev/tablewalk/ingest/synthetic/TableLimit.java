package dev.tablewalk.ingest.synthetic;

/** What a table descriptor forbids for all below it: Arm ARM D8.4, hierarchical permissions. */
public enum TableLimit {
    /** Kernel mode executes nothing below: {@code PXNTable}. */
    NO_KERNEL_EXECUTE(59),
    /** Nothing below is executed by user mode: {@code UXNTable}. */
    NO_EXECUTE(60),
    /** User mode does not access what is below: {@code APTable[0]}. */
    NO_USER(61),
    /** Nothing below is written to: {@code APTable[1]}. */
    READ_ONLY(62);

    private final int bit;

    TableLimit(int bit) {
        this.bit = bit;
    }

    long mask() {
        return 1L << bit;
    }
}
