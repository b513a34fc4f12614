package dev.tablewalk.ingest.memory;

/**
 * An image in blocks that cannot be read where they lie: compressed, or strewn over a file. The
 * blocks follow each other without gaps, from offset 0 on. Safe for several threads.
 */
public interface PackedBlocks extends AutoCloseable {
    /** Bytes of all blocks. */
    long size();

    /** The block that an offset lies in, from 0 on. */
    long block(long offset);

    /** The offset of a block's first byte; of the block behind the last, {@link #size()}. */
    long start(long block);

    /** Bytes of the longest block. */
    int longest();

    /** What the image says of a block without unpacking it. */
    Held held(long block);

    /**
     * Unpacks a block.
     *
     * @param into receives it from its start on
     * @throws MemoryFault if the block is damaged
     */
    void unpack(long block, byte[] into);

    @Override
    void close();

    /** What is known of a block beforehand. */
    enum Held {
        /** It is not in the image. */
        NOT,
        /** It is all zero. */
        ZERO,
        /** It has to be unpacked. */
        PACKED
    }
}
