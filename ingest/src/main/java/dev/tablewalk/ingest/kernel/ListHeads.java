package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.image.ImageBlock;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.ImageBytes;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.scan.RamScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Where bytes of an image lie in physical memory, as they tell themselves. A list that is empty has
 * a head that points to itself ({@code INIT_LIST_HEAD()}, include/linux/list.h): all over the slab
 * are such, in inodes, dentries, tasks, wait queues. What one in the linear map points to is its
 * own virtual address, so the linear map's offset gives its physical one. No table is needed for
 * it.
 *
 * <p>Other memory has such words as well: copies, what an earlier kernel left, what a process
 * writes. So pages vote, and only what many pages of one place agree on counts.
 */
final class ListHeads {
    private static final int PAGE_SHIFT = 12;

    /** Pages that must agree. */
    private static final int LEAST_PAGES = 6;

    /** Of the pages that agree, so many of a hundred may stand apart at each end. */
    private static final int STRAY = 2;

    /** Machines have fewer runs of RAM that matter. */
    private static final int MOST_PIECES = 64;

    /** More places than this tell nothing new. */
    private static final int MOST_VOTES = 1 << 22;

    private final KernelMap map;
    private final LongPredicate known;
    private final Map<Long, Pages> votes = new HashMap<>();
    private int count;

    /**
     * A run of a block whose pages agree.
     *
     * @param from offset in the image's bytes of the first page that agrees
     * @param to offset behind the last one
     * @param distance physical address minus offset
     * @param pages how many agree
     */
    record Piece(ImageBlock block, long from, long to, long distance, int pages) {}

    /** Pages by number, in no order; each once. */
    private static final class Pages {
        private long[] pages = new long[8];
        private int count;

        void add(long page) {
            if (count == pages.length) {
                pages = Arrays.copyOf(pages, count * 2);
            }
            pages[count++] = page;
        }

        /** As a run without those that stand apart. */
        Piece piece(ImageBlock block, long distance) {
            Arrays.sort(pages, 0, count);
            int stray = count * STRAY / 100;
            return run(block, distance, pages[stray], pages[count - 1 - stray]);
        }

        private Piece run(ImageBlock block, long distance, long first, long last) {
            return new Piece(block, first << PAGE_SHIFT, (last + 1) << PAGE_SHIFT, distance, count);
        }

        /** With those that stand apart, as far as they lie between two offsets. */
        Piece widened(Piece piece, long from, long to) {
            long first = piece.from >>> PAGE_SHIFT;
            long last = (piece.to >>> PAGE_SHIFT) - 1;
            for (int i = 0; i < count; i++) {
                long at = pages[i] << PAGE_SHIFT;
                first = at >= from ? Math.min(first, pages[i]) : first;
                last = at < to ? Math.max(last, pages[i]) : last;
            }
            return run(piece.block, piece.distance, first, last);
        }
    }

    private ListHeads(KernelMap map, LongPredicate known) {
        this.map = map;
        this.known = known;
    }

    /**
     * The pieces of each block that agree, by ascending offset; those of one block do not overlap.
     * Cost: a pass over all of the image.
     *
     * @param map whose linear map is used, and nothing else
     * @param known tells the physical addresses that can be
     */
    static List<Piece> pieces(
            ImageBytes bytes, List<ImageBlock> blocks, KernelMap map, LongPredicate known) {
        List<Piece> pieces = new ArrayList<>();
        for (ImageBlock block : blocks) {
            ListHeads heads = new ListHeads(map, known);
            PhysicalMemory memory =
                    new PhysicalMemory(
                            bytes,
                            List.of(new RamRange(block.offset(), block.size(), block.offset())));
            FrameIndex index = new FrameIndex(memory.ranges(), PAGE_SHIFT);
            RamScan.of(
                    memory, index, List.of((_, at, words) -> heads.look(at, words)), Progress.NONE);
            pieces.addAll(heads.agreed(block));
        }
        pieces.sort(Comparator.comparingLong(Piece::from));
        return pieces;
    }

    private void look(long at, long[] words) {
        long[] seen = new long[4];
        int distances = 0;
        for (int i = 0; i + 1 < words.length; i++) {
            long va = words[i];
            // As it is a multiple of 8, a list's head lies as far in its page as its address says.
            if (va >= 0 || va != words[i + 1] || (va & 0xfff) != 8L * i) {
                continue;
            }
            long linear = map.format().canonical(va);
            if (Long.compareUnsigned(linear, map.linearStart()) < 0
                    || Long.compareUnsigned(linear, map.linearEnd()) >= 0) {
                continue;
            }
            long pa = linear - map.linearOffset();
            if (pa < 0 || !known.test(pa)) {
                continue;
            }
            long distance = pa - (at + 8L * i);
            boolean again = false;
            for (int n = 0; n < distances; n++) {
                again |= seen[n] == distance;
            }
            if (!again && distances < seen.length) {
                seen[distances++] = distance;
                vote(distance, at >>> PAGE_SHIFT);
            }
        }
    }

    private synchronized void vote(long distance, long page) {
        if (count < MOST_VOTES) {
            count++;
            votes.computeIfAbsent(distance, _ -> new Pages()).add(page);
        }
    }

    /** What most pages say first; what others say in the midst of those is a copy, or old. */
    private List<Piece> agreed(ImageBlock block) {
        List<Piece> likeliest =
                votes.entrySet().stream()
                        .filter(vote -> vote.getValue().count >= LEAST_PAGES)
                        .map(vote -> vote.getValue().piece(block, vote.getKey()))
                        .sorted(Comparator.comparingInt(Piece::pages).reversed())
                        .toList();
        List<Piece> agreed = new ArrayList<>();
        for (Piece piece : likeliest) {
            if (agreed.size() < MOST_PIECES
                    && agreed.stream()
                            .noneMatch(other -> piece.from < other.to && other.from < piece.to)) {
                agreed.add(piece);
            }
        }
        agreed.sort(Comparator.comparingLong(Piece::from));
        return widened(agreed, block);
    }

    private List<Piece> widened(List<Piece> agreed, ImageBlock block) {
        List<Piece> wide = new ArrayList<>();
        for (int i = 0; i < agreed.size(); i++) {
            Piece piece = agreed.get(i);
            long from = i == 0 ? block.offset() : wide.getLast().to;
            long to = i + 1 == agreed.size() ? block.end() : agreed.get(i + 1).from;
            Pages pages = votes.get(piece.distance);
            wide.add(pages == null ? piece : pages.widened(piece, from, to));
        }
        return wide;
    }
}
