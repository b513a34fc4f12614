package dev.tablewalk.ingest.synthetic;

import java.util.List;

/**
 * Where RAM lies: in one run, or around the hole that a PC leaves below 4 GiB for its devices.
 *
 * @param base physical address of the first byte
 * @param size bytes
 * @param low bytes below the hole; all if there is none
 */
public record RamRuns(long base, long size, long low) {
    private static final long HIGH = 4L << 30;

    /**
     * One of them.
     *
     * @param offset of its first byte among all of RAM, which is where a raw file has it
     */
    record Run(long pa, long size, long offset) {
        long end() {
            return pa + size;
        }
    }

    /** From the lowest up. */
    List<Run> runs() {
        return low == size
                ? List.of(new Run(base, size, 0))
                : List.of(new Run(base, low, 0), new Run(HIGH, size - low, low));
    }

    /** Physical address behind the last byte. */
    public long end() {
        return runs().getLast().end();
    }

    /** Where a raw file has a byte of RAM; -1 if there is none. */
    long offset(long pa) {
        if (pa >= base && pa < base + low) {
            return pa - base;
        }
        return low < size && pa >= HIGH && pa < HIGH + size - low ? pa - HIGH + low : -1;
    }

    /** The physical address of what a raw file has there. */
    long pa(long offset) {
        return offset < low ? base + offset : HIGH + offset - low;
    }
}
