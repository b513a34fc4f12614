package dev.tablewalk.ingest.image;

import java.util.Optional;

/**
 * What stands before each range of RAM in LiME's format and in AVML's, which took it over: magic,
 * version, first and last physical address, 8 bytes reserved.
 *
 * @param pa physical address of the range's first byte
 * @param size of the range, bytes
 */
record RangeHeader(long pa, long size) {
    static final int BYTES = 32;

    /**
     * Reads one; nothing if there is none.
     *
     * @throws DumpDamage if it does not lie in the file
     */
    static Optional<RangeHeader> at(DumpFile file, long at, int magic, int version) {
        Fields header = file.fields(at, BYTES, "header");
        long first = header.u64(8);
        long size = header.u64(16) - first + 1;
        boolean sound = first >= 0 && size > 0 && first + size >= 0;
        return header.i32(0) == magic && header.i32(4) == version && sound
                ? Optional.of(new RangeHeader(first, size))
                : Optional.empty();
    }
}
