package dev.tablewalk.ingest.capture;

import java.time.Duration;
import java.time.Instant;

/**
 * What a capture came to.
 *
 * @param ram bytes of RAM in the file, zeros included
 * @param data bytes of it that take room in the file, as far as the file system tells
 * @param cpus vCPUs whose registers are in the file
 * @param stood when the guest was stopped, by this machine's clock
 * @param standstill how long the guest was stopped; zero if it did not run before
 */
public record Captured(long ram, long data, int cpus, Instant stood, Duration standstill) {}
