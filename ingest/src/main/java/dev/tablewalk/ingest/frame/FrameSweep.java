package dev.tablewalk.ingest.frame;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code struct page} of all RAM out of vmemmap, a page of it at a time, by the rules of
 * Linux {@code include/linux/page-flags.h}. Cost: it reads the size of {@code struct page} for each
 * frame.
 */
public final class FrameSweep {
    /** {@code MAX_ORDER} is at most this, whatever the page size. */
    private static final int MOST_ORDER = 20;

    /** Frames of the kernel's text that are looked at. */
    private static final int MOST_OF_TEXT = 1 << 12;

    /** Bytes that are read before their pages are given back; keeps resident memory small. */
    private static final long WINDOW = 64L << 20;

    private static final int BIT_ANON = 1;
    private static final int BITS_OF_MAPPING = 3;
    private static final int MOVABLE = 2;

    private final Kernel kernel;
    private final KernelMemory memory;
    private final StructPage page;
    private final long base;
    private final PageTypes types;
    private final Frames frames;
    private final int pageShift;
    private final byte[] chunk;

    private FrameSweep(
            Kernel kernel, FrameIndex index, StructPage page, long base, PageTypes types) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.page = page;
        this.base = base;
        this.types = types;
        this.pageShift = kernel.map().format().pageShift();
        this.frames = new Frames(index, base);
        this.chunk = new byte[page.size() << (pageShift - 6)];
    }

    /**
     * Reads them all.
     *
     * @param userTables frames of page tables that processes use, by address space; they prove
     *     where {@code struct page} lies, as the kernel marks them all alike. While it boots there
     *     is none, and the frames of its text prove it: they are reserved, in use, and mapped by
     *     nobody
     * @return nothing if it cannot be told where they lie
     */
    public static Optional<Frames> read(
            Kernel kernel,
            FrameIndex index,
            Collection<List<Long>> userTables,
            Anomalies anomalies,
            Progress progress) {
        Optional<StructPage> page = StructPage.of(kernel.types());
        if (page.isEmpty()) {
            anomalies.add(
                    "type_unknown",
                    0,
                    "page",
                    kernel.types().source() + " does not describe struct page");
            return Optional.empty();
        }
        for (long base :
                kernel.architecture()
                        .vmemmap(kernel.info(), kernel.map(), page.get().size(), kernel::word)
                        .toArray()) {
            int word = commonWord(kernel, page.get(), base, userTables);
            boolean typed = PageTypes.isTyped(word);
            boolean early = userTables.isEmpty() && reservesImage(kernel, page.get(), base);
            if (typed || early) {
                progress.found(
                        "struct_page",
                        "of PFN 0 at " + Hex.of(base),
                        typed
                                ? "the tables of processes carry page type "
                                        + Hex.of(Integer.toUnsignedLong(word))
                                        + " there"
                                : "no process has tables, and the kernel's text is reserved there");
                return Optional.of(
                        new FrameSweep(
                                        kernel,
                                        index,
                                        page.get(),
                                        base,
                                        PageTypes.of(kernel.types(), kernel.info(), word))
                                .read());
            }
        }
        if (userTables.isEmpty()) {
            progress.found("struct_page", "none", "no process has tables by which to prove it");
            return Optional.empty();
        }
        anomalies.add(
                "struct_page_unreadable",
                0,
                "vmemmap",
                "where it would lie, the frames of page tables are not marked as tables");
        return Optional.empty();
    }

    /**
     * The page type that more than half of the tables carry; or that more than half of the address
     * spaces have on most of theirs, as a torn pointer may give one of them more false tables than
     * all have true ones. 0 if there is none.
     */
    private static int commonWord(
            Kernel kernel, StructPage page, long base, Collection<List<Long>> userTables) {
        List<List<Integer>> words =
                userTables.stream()
                        .map(of -> of.stream().map(pa -> pageType(kernel, page, base, pa)).toList())
                        .toList();
        int ofAll = mostCommon(words.stream().flatMap(List::stream).toList());
        return PageTypes.isTyped(ofAll)
                ? ofAll
                : mostCommon(words.stream().map(FrameSweep::mostCommon).toList());
    }

    private static int pageType(Kernel kernel, StructPage page, long base, long pa) {
        long pfn = pa >>> kernel.map().format().pageShift();
        long va = base + pfn * page.size() + page.pageType();
        return kernel.memory().readable(va, 4) ? kernel.memory().u32(va) : 0;
    }

    /** What more than half of them are, or 0. */
    private static int mostCommon(List<Integer> words) {
        Map<Integer, Integer> votes = new HashMap<>();
        words.forEach(word -> votes.merge(word, 1, Integer::sum));
        return votes.entrySet().stream()
                .filter(vote -> 2 * vote.getValue() > words.size())
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    /**
     * Whether {@code struct page} of the kernel's text says what it must, of nearly every frame.
     */
    private static boolean reservesImage(Kernel kernel, StructPage page, long base) {
        int shift = kernel.map().format().pageShift();
        long end = kernel.symbols().address("_etext").orElse(kernel.map().textVa() + (1L << 20));
        long length = Math.max(1, end - kernel.map().textVa());
        long pages = Math.min(Math.ceilDiv(length, 1L << shift), MOST_OF_TEXT);
        long sound = 0;
        for (long i = 0; i < pages; i++) {
            long va = base + ((kernel.imagePa() >>> shift) + i) * page.size();
            if (kernel.memory().readable(va, page.size())) {
                byte[] bytes = kernel.memory().bytes(va, page.size());
                boolean reserved = (page.flags(bytes, 0) & page.reservedFlag()) != 0;
                sound +=
                        reserved && page.refcount(bytes, 0) > 0 && page.mapping(bytes, 0) == 0
                                ? 1
                                : 0;
            }
        }
        return page.reservedFlag() != 0 && sound >= pages - pages / 8;
    }

    private Frames read() {
        FrameIndex index = frames.index();
        int most = chunk.length / page.size();
        long window = 0;
        for (int row = 0; row < index.count(); ) {
            if (window >= WINDOW) {
                memory.physical().release();
                window = 0;
            }
            int n = Math.min(most, index.endOfRun(row) - row);
            long pfn = index.pa(row) >>> pageShift;
            if (fill(base + pfn * page.size(), n * page.size())) {
                classify(row, pfn, n);
                window += (long) n * page.size();
            }
            row += n;
        }
        memory.physical().release();
        return frames;
    }

    /** Whether any of it is mapped; what is not, reads as zero and is no frame's. */
    private boolean fill(long va, int length) {
        boolean any = false;
        long pageSize = 1L << pageShift;
        for (int done = 0; done < length; ) {
            long at = va + done;
            int n = (int) Math.min(length - done, pageSize - (at & pageSize - 1));
            try {
                memory.physical().read(memory.pa(at), chunk, done, n);
                any = true;
            } catch (MemoryFault e) {
                Arrays.fill(chunk, done, done + n, (byte) 0);
            }
            done += n;
        }
        return any;
    }

    private void classify(int firstRow, long firstPfn, int count) {
        for (int i = 0; i < count; i++) {
            int row = firstRow + i;
            if (frames.kindAt(row) == FrameKind.UNKNOWN) { // or part of a free block
                one(row, firstPfn + i, i * page.size());
            }
        }
    }

    private void one(int row, long pfn, int at) {
        long flags = page.flags(chunk, at);
        long compound = page.compound(chunk, at);
        int word = page.pageType(chunk, at);
        int references = page.refcount(chunk, at);
        if (flags == 0 && word == 0 && references == 0 && compound == 0) {
            return; // never initialised
        }
        if ((compound & 1) != 0) {
            long distance = page.head(base, base + pfn * page.size(), compound) - base;
            // Its head comes before it.
            int head =
                    distance >= 0 && distance % page.size() == 0 ? row(distance / page.size()) : -1;
            FrameKind same = head >= 0 && head < row ? frames.kindAt(head) : FrameKind.OTHER;
            frames.set(row, same, Frames.UNKNOWN);
            return;
        }
        if (types.isBuddy(word)) {
            long order = page.privateData(chunk, at);
            boolean sound = order >= 0 && order <= MOST_ORDER && (pfn & (1L << order) - 1) == 0;
            buddies(pfn, sound ? 1L << order : 1);
            return;
        }
        FrameKind kind = kind(flags, word, references, page.mapping(chunk, at));
        boolean users = kind == FrameKind.ANON || kind == FrameKind.SHMEM || kind == FrameKind.FILE;
        boolean counted = users && !PageTypes.isTyped(word) && (flags & page.headFlag()) == 0;
        frames.set(row, kind, counted ? word + 1 : Frames.UNKNOWN);
    }

    private FrameKind kind(long flags, int word, int references, long mapping) {
        if (types.isTable(word)) {
            return FrameKind.TABLE;
        }
        if ((flags & page.reservedFlag()) != 0) {
            return FrameKind.RESERVED;
        }
        if ((flags & page.slabFlag()) != 0 || types.isSlab(word)) {
            return FrameKind.SLAB;
        }
        if (references == 0 && !PageTypes.isTyped(word)) {
            return FrameKind.FREE;
        }
        if ((mapping & BIT_ANON) != 0) {
            return FrameKind.ANON;
        }
        boolean file = mapping != 0 && (mapping & BITS_OF_MAPPING) != MOVABLE;
        if (!file || !kernel.map().format().isKernel(mapping)) {
            return FrameKind.OTHER;
        }
        return (flags & page.swapBackedFlag()) != 0 ? FrameKind.SHMEM : FrameKind.FILE;
    }

    private int row(long pfn) {
        return frames.index().row(pfn << pageShift);
    }

    private void buddies(long pfn, long count) {
        for (long i = 0; i < count; i++) {
            int row = row(pfn + i);
            if (row < 0) {
                return;
            }
            frames.set(row, FrameKind.BUDDY, Frames.UNKNOWN);
        }
    }
}
