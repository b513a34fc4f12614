package dev.tablewalk.ingest.scan;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PerThread;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Hashes every frame: <a href="https://github.com/Nicoshev/rapidhash">rapidhash</a>, version 3,
 * seed 0, of a copy that each thread makes. Costs about what reading the frame does. Which hash is
 * part of what a checkpoint's schema version says: another one makes a new version.
 */
public final class FrameHasher implements RamScan.FrameVisitor {
    private static final Hasher64 HASH = Hashing.rapidhashV3();

    private final FrameIndex index;
    private final LongPredicate held;
    private final long[] hashes;
    private final boolean[] seen;

    /** Room for a frame's copy, for each thread. */
    private final PerThread<byte[]> copies;

    /**
     * @param held asked by physical address of each frame that is not seen: whether it is a hole of
     *     the image, and so counts as zeroes, and not left out
     */
    public FrameHasher(FrameIndex index, LongPredicate held) {
        this.index = index;
        this.held = held;
        this.hashes = new long[index.count()];
        this.seen = new boolean[hashes.length];
        int page = 1 << index.pageShift();
        this.copies = new PerThread<>(() -> new byte[page]);
        Arrays.fill(hashes, HASH.hashBytesToLong(new byte[page], 0, page));
    }

    @Override
    public void frame(int row, long pa, long[] words) {
        byte[] copy = copies.get();
        MemorySegment.copy(words, 0, MemorySegment.ofArray(copy), RamScan.U64, 0, words.length);
        hashes[row] = HASH.hashBytesToLong(copy, 0, copy.length);
        seen[row] = true;
    }

    /** To be called when all frames were seen. A frame that the image does not hold has no hash. */
    public FrameHashes hashes() {
        List<FrameHashes.Run> runs = new ArrayList<>();
        int kept = 0;
        for (int row = 0; row < index.count(); ) {
            int end = row;
            int endOfRun = index.endOfRun(row);
            while (end < endOfRun && isHeld(end)) {
                end++;
            }
            if (end > row) {
                runs.add(new FrameHashes.Run(index.pa(row), end - row, kept));
                System.arraycopy(hashes, row, hashes, kept, end - row);
                kept += end - row;
            }
            row = Math.max(end, row + 1);
        }
        return new FrameHashes(index.pageShift(), runs, Arrays.copyOf(hashes, kept));
    }

    private boolean isHeld(int row) {
        return seen[row] || held.test(index.pa(row));
    }
}
