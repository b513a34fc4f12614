package dev.tablewalk.ingest.scan;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.ingest.memory.FrameIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hashes every frame, in place. Which hash is part of what a checkpoint's schema version says:
 * another one makes a new version.
 */
public final class FrameHasher implements RamScan.FrameVisitor {
    private static final Hasher64 HASH = Hashing.wyhashFinal4();
    private static final ByteAccess<MemorySegment> BYTES =
            ByteAccess.forMemorySegment(MemorySegment.class);

    private final FrameIndex index;
    private final long[] hashes;

    /** All frames count as zeroes until they are seen, as holes never are. */
    public FrameHasher(FrameIndex index) {
        this.index = index;
        this.hashes = new long[index.count()];
        int page = 1 << index.pageShift();
        Arrays.fill(hashes, HASH.hashBytesToLong(new byte[page], 0, page));
    }

    @Override
    public void frame(int row, long pa, MemorySegment frame) {
        hashes[row] = HASH.hashBytesToLong(frame, 0, frame.byteSize(), BYTES);
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
