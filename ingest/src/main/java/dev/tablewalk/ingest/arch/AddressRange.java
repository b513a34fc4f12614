package dev.tablewalk.ingest.arch;

/** Virtual addresses from one to before another, as signed numbers. */
public record AddressRange(long start, long end) {}
