package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Frame;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What each frame is used for; those in use that nobody entered are the kernel's own. */
final class FrameLedger {
    /** With {@code PAGE_MAPPING_ANON}, {@code PAGE_MAPPING_KSM}. */
    private static final long MAPPING_KSM = 2;

    private final FrameAllocator frames;
    private final Map<Long, Entry> entries = new HashMap<>();

    /**
     * One frame.
     *
     * @param owner address that {@code mapping} or {@code slab_cache} leads to
     * @param index page offset in what it belongs to
     * @param mapped how often processes map it
     * @param head number of the first frame of its compound page; its own if it is in none
     * @param order log2 of the frames of its compound page
     */
    record Entry(FrameUse use, long owner, long index, int mapped, long head, int order) {
        boolean isCompound() {
            return order > 0;
        }
    }

    FrameLedger(FrameAllocator frames) {
        this.frames = frames;
    }

    /** Enters frames of which processes do not count mappings, whatever was said of them before. */
    void enter(FrameUse use, long pfn, int count, long owner) {
        int order = use.isCompound() ? Integer.numberOfTrailingZeros(count) : 0;
        for (int i = 0; i < count; i++) {
            Entry known = entries.get(pfn + i);
            int mapped = known == null ? 0 : known.mapped();
            long head = order == 0 ? pfn + i : pfn;
            entries.put(pfn + i, new Entry(use, owner, 0, mapped, head, order));
        }
    }

    /**
     * Counts one mapping by a process. What the frame is used for stays as the first mapping says.
     *
     * @param order log2 of the frames that one entry maps
     */
    void map(FrameUse use, long pfn, int order, long owner, long index) {
        int count = 1 << order;
        boolean whole = order > 0;
        for (int i = 0; i < count && whole; i++) {
            Entry known = entries.get(pfn + i);
            whole = frames.has(pfn + i) && (known == null || known.head() == pfn);
        }
        for (int i = 0; i < count; i++) {
            Entry known = entries.get(pfn + i);
            if (known != null) {
                entries.put(pfn + i, mappedOnceMore(known, owner, index + i));
            } else if (frames.has(pfn + i)) {
                long head = whole ? pfn : pfn + i;
                Entry made = new Entry(use, owner, index + i, 1, head, whole ? order : 0);
                entries.put(pfn + i, made);
            }
        }
    }

    /**
     * One that is mapped at different places of what it belongs to is of KSM, which merges pages of
     * equal content: no other may be.
     */
    private static Entry mappedOnceMore(Entry e, long owner, long index) {
        boolean file = e.use() == FrameUse.FILE || e.use() == FrameUse.SHMEM;
        boolean elsewhere = e.index() != index || (file && e.owner() != owner);
        boolean merged = e.use().isUsers() && elsewhere;
        return new Entry(
                merged ? FrameUse.ANON : e.use(),
                merged ? e.owner() | MAPPING_KSM : e.owner(),
                e.index(),
                e.mapped() + 1,
                e.head(),
                e.order());
    }

    /** What is known of a frame; null of one that is free. */
    @Nullable Entry of(long pfn) {
        Entry known = entries.get(pfn);
        if (known == null && frames.isUsed(pfn)) {
            return new Entry(FrameUse.OTHER, 0, 0, 0, pfn, 0);
        }
        return known;
    }

    /** Numbers of all frames of RAM in use, ascending. */
    NavigableSet<Long> inUse() {
        NavigableSet<Long> numbers = new TreeSet<>(entries.keySet());
        frames.used().forEach(numbers::add);
        return numbers;
    }

    /** All frames in use, by number. */
    Map<Long, Frame> all() {
        Map<Long, Frame> all = new HashMap<>();
        for (long pfn : inUse()) {
            Entry e = of(pfn);
            if (e != null) {
                all.put(pfn, new Frame(e.use(), e.mapped(), e.head(), e.order()));
            }
        }
        return all;
    }
}
