package dev.tablewalk.ingest.synthetic;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Hands out frames of the guest's RAM, in order or scattered. */
final class FrameAllocator {
    private final long firstPfn;
    private final int frames;
    private final BitSet used;
    private @Nullable RandomGenerator scatter;
    private int next;

    /**
     * @param firstPfn frame number of the first frame of RAM
     * @param frames number of frames
     */
    FrameAllocator(long firstPfn, int frames) {
        this.firstPfn = firstPfn;
        this.frames = frames;
        this.used = new BitSet(frames);
    }

    /** From now on single frames come from all over RAM. */
    void scatter(RandomGenerator random) {
        scatter = random;
    }

    /** Takes these frames out of what is handed out. */
    void reserve(long pfn, int count) {
        int from = Math.toIntExact(pfn - firstPfn);
        used.set(from, from + count);
    }

    /** Number of the first frame of RAM. */
    long first() {
        return firstPfn;
    }

    /** Number of the frame behind the last one of RAM. */
    long end() {
        return firstPfn + frames;
    }

    /** Whether it is a frame of RAM. */
    boolean has(long pfn) {
        return pfn >= firstPfn && pfn < firstPfn + frames;
    }

    /** Whether it is a frame of RAM that was handed out or reserved. */
    boolean isUsed(long pfn) {
        return has(pfn) && used.get((int) (pfn - firstPfn));
    }

    /** Numbers of all frames that were handed out or reserved. */
    LongStream used() {
        return used.stream().mapToLong(n -> firstPfn + n);
    }

    /** A free frame's number. */
    long allocate() {
        int from = scatter == null ? next : scatter.nextInt(frames);
        int free = used.nextClearBit(from);
        if (free >= frames) {
            free = used.nextClearBit(0);
        }
        if (free >= frames) {
            throw new IllegalStateException("the guest's RAM is full: give it more");
        }
        used.set(free);
        next = free + 1;
        return firstPfn + free;
    }

    /** The first of so many consecutive free frames, its number a multiple of {@code align}. */
    long allocate(int count, int align) {
        long pfn = Math.ceilDiv(firstPfn, align) * align;
        for (; pfn + count <= firstPfn + frames; pfn += align) {
            int from = (int) (pfn - firstPfn);
            int taken = used.nextSetBit(from);
            if (taken < 0 || taken >= from + count) {
                used.set(from, from + count);
                return pfn;
            }
        }
        throw new IllegalStateException("no " + count + " free frames in a row: give more RAM");
    }
}
