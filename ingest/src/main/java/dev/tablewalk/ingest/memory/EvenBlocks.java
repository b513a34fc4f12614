package dev.tablewalk.ingest.memory;

/** Blocks that are all of one size, a power of two, but for the last, which may be shorter. */
public interface EvenBlocks extends PackedBlocks {
    /** log2 of the bytes of a block. */
    int shift();

    @Override
    default long block(long offset) {
        return offset >>> shift();
    }

    @Override
    default long start(long block) {
        return Math.min(block << shift(), size());
    }

    @Override
    default int longest() {
        return 1 << shift();
    }
}
