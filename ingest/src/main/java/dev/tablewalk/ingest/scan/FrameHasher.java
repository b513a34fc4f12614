package dev.tablewalk.ingest.scan;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.ingest.memory.FrameIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hashes every frame: <a href="https://github.com/Nicoshev/rapidhash">rapidhash</a>, version 3,
 * seed 0, of a copy that each thread makes. Costs about what reading the frame does. Which hash is
 * part of what a checkpoint's schema version says: another one makes a new version.
 */
public final class FrameHasher implements RamScan.FrameVisitor {
    private static final Hasher64 HASH = Hashing.rapidhashV3();

    private final FrameIndex index;
    private final long[] hashes;

    /** Room for a frame's copy, for each thread. */
    private final ThreadLocal<byte[]> copies;

    /** All frames count as zeroes until they are seen, as holes never are. */
    public FrameHasher(FrameIndex index) {
        this.index = index;
        this.hashes = new long[index.count()];
        int page = 1 << index.pageShift();
        this.copies = ThreadLocal.withInitial(() -> new byte[page]);
        Arrays.fill(hashes, HASH.hashBytesToLong(new byte[page], 0, page));
    }

    @Override
    public void frame(int row, long pa, long[] words) {
        byte[] copy = copies.get();
        MemorySegment.copy(words, 0, MemorySegment.ofArray(copy), RamScan.U64, 0, words.length);
        hashes[row] = HASH.hashBytesToLong(copy, 0, copy.length);
    }

    /** To be called when all frames were seen. */
    public FrameHashes hashes() {
        List<FrameHashes.Run> runs = new ArrayList<>();
        for (int row = 0; row < index.count(); row = index.endOfRun(row)) {
            runs.add(new FrameHashes.Run(index.pa(row), index.endOfRun(row) - row, row));
        }
        return new FrameHashes(index.pageShift(), runs, hashes);
    }
}
