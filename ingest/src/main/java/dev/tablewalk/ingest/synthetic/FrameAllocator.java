package dev.tablewalk.ingest.synthetic;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Hands out frames of the guest's RAM, in order or scattered. */
final class FrameAllocator {
    private final RamRuns ram;
    private final int pageShift;
    private final int frames;
    private final BitSet used;
    private @Nullable RandomGenerator scatter;
    private int next;

    FrameAllocator(RamRuns ram, int pageShift) {
        this.ram = ram;
        this.pageShift = pageShift;
        this.frames = (int) (ram.size() >>> pageShift);
        this.used = new BitSet(frames);
    }

    /** From now on single frames come from all over RAM. */
    void scatter(RandomGenerator random) {
        scatter = random;
    }

    /** Takes these frames out of what is handed out. */
    void reserve(long pfn, int count) {
        int from = index(pfn);
        used.set(from, from + count);
    }

    /** Of RAM's frames the how many-th it is; -1 if it is none. */
    private int index(long pfn) {
        return (int) (ram.offset(pfn << pageShift) >> pageShift);
    }

    private long pfn(int index) {
        return ram.pa((long) index << pageShift) >>> pageShift;
    }

    /** Whether it is a frame of RAM. */
    boolean has(long pfn) {
        return index(pfn) >= 0;
    }

    /** Whether it is a frame of RAM that was handed out or reserved. */
    boolean isUsed(long pfn) {
        return has(pfn) && used.get(index(pfn));
    }

    /** Numbers of all frames that were handed out or reserved. */
    LongStream used() {
        return used.stream().mapToLong(this::pfn);
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
        return pfn(free);
    }

    /** The first of so many consecutive free frames, its number a multiple of {@code align}. */
    long allocate(int count, int align) {
        for (RamRuns.Run run : ram.runs()) {
            long end = run.end() >>> pageShift;
            long pfn = Math.ceilDiv(run.pa() >>> pageShift, align) * (long) align;
            for (; pfn + count <= end; pfn += align) {
                int from = index(pfn);
                int taken = used.nextSetBit(from);
                if (taken < 0 || taken >= from + count) {
                    used.set(from, from + count);
                    return pfn;
                }
            }
        }
        throw new IllegalStateException("no " + count + " free frames in a row: give more RAM");
    }
}
