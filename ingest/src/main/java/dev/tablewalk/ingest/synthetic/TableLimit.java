package dev.tablewalk.ingest.synthetic;

/** What an entry that leads to a table forbids for all below it. */
public enum TableLimit {
    /** Kernel mode executes nothing below. */
    NO_KERNEL_EXECUTE,
    /** Nothing below is executed by user mode. */
    NO_EXECUTE,
    /** User mode does not access what is below. */
    NO_USER,
    /** Nothing below is written to. */
    READ_ONLY
}
