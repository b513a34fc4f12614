package dev.tablewalk.ingest.image;

/**
 * A run of an image's bytes that is one run of a machine's memory, for all that the format says: a
 * raw file, or a block of a migration stream. Where it lies in physical memory is not said.
 *
 * @param name of the file or block, for people
 * @param offset of its first byte in the image's bytes
 * @param size bytes
 */
public record ImageBlock(String name, long offset, long size) {
    /** Offset behind its last byte. */
    public long end() {
        return offset + size;
    }
}
