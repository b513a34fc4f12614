package dev.tablewalk.ingest.arch;

/** What a table descriptor forbids for all that lies below it. */
public record TableLimits(boolean readOnly, boolean noUser, boolean userXn, boolean kernelXn) {}
