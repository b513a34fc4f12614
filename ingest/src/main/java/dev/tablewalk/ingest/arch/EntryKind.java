package dev.tablewalk.ingest.arch;

/** What an entry of a page table is. */
public enum EntryKind {
    /** Nothing: zero, or what the kernel writes for nothing. */
    EMPTY,
    /** Points to a table of the next level. */
    TABLE,
    /** Maps memory; the hardware need not be allowed to use it (PROT_NONE). */
    LEAF,
    /** Not present, but says where the page went: a swap slot, or one of the kernel's own types. */
    SWAP,
    /** What the architecture does not define at this level, and no kernel writes. */
    RESERVED
}
