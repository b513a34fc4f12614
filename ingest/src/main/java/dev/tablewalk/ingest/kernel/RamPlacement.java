package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.ImageBlock;
import dev.tablewalk.ingest.kernel.ListHeads.Piece;
import dev.tablewalk.ingest.kernel.Memblock.Region;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the blocks of an image lie in physical memory, if the format does not say. Two things tell:
 * what the kernel was told of its memory, and list heads all over RAM that know their own address.
 * Where neither settles it, the image is refused with what is proved.
 */
final class RamPlacement {
    /** Each costs a pass over RAM; there are as many as kernels left their description. */
    private static final int MOST_PASSES = 8;

    /** So many times of what is held: what the kernel says may be damaged, or made up. */
    private static final int MOST_MISSING = 16;

    private static final long PAGE = 4096;

    private final Image image;
    private final Map<Long, List<Piece>> seen = new HashMap<>();

    /** Which of two neighbours has what lies between the last page of one and the first of next. */
    private enum Between {
        NEITHER,
        LOWER,
        UPPER
    }

    RamPlacement(Image image) {
        this.image = image;
    }

    /**
     * RAM as its list heads have it, likeliest first; made as it is asked for.
     *
     * @param map whose linear map is used, and nothing else
     */
    Stream<PhysicalMemory> byListHeads(KernelMap map) {
        return Stream.of(map)
                .map(each -> pieces(each, _ -> true))
                .flatMap(
                        pieces ->
                                Stream.of(Between.values())
                                        .map(between -> memory(pieces, between))
                                        .filter(Objects::nonNull));
    }

    private List<Piece> pieces(KernelMap map, LongPredicate known) {
        List<Piece> before = seen.get(map.linearOffset());
        if (before == null) {
            before =
                    seen.size() < MOST_PASSES
                            ? ListHeads.pieces(image.bytes(), image.blocks(), map, known)
                            : List.of();
            seen.put(map.linearOffset(), before);
        }
        return before.stream()
                .filter(piece -> known.test(piece.from() + piece.distance()))
                .toList();
    }

    private @Nullable PhysicalMemory memory(List<Piece> pieces, Between between) {
        List<RamRange> parts = parts(pieces, between);
        return parts.isEmpty() || overlap(parts) ? null : new PhysicalMemory(image.bytes(), parts);
    }

    /** Blocks without pieces are left out. */
    private List<RamRange> parts(List<Piece> pieces, Between between) {
        List<RamRange> parts = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            ImageBlock block = piece.block();
            boolean first = i == 0 || !pieces.get(i - 1).block().equals(block);
            boolean last = i + 1 == pieces.size() || !pieces.get(i + 1).block().equals(block);
            long from = piece.from();
            long to = piece.to();
            if (first) {
                from = Math.max(block.offset(), -piece.distance());
            } else if (between == Between.UPPER) {
                from = pieces.get(i - 1).to();
            }
            if (last) {
                to = block.end();
            } else if (between == Between.LOWER) {
                to = pieces.get(i + 1).from();
            }
            parts.add(new RamRange(from + piece.distance(), to - from, from));
        }
        parts.sort(Comparator.comparingLong(RamRange::pa));
        return parts;
    }

    private static boolean overlap(List<RamRange> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).pa() < sorted.get(i - 1).end()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Holds a placement under which the kernel was found against what the kernel knows of its
     * memory, and mends it.
     *
     * @param regions all memory that the kernel was told of; empty if it does not tell
     * @param flags of regions that a copy may have left out, in every way they may be combined
     * @param holds whether the kernel's own tables are right in some placement
     * @return the same, or another for which the map holds as well
     * @throws UserError if it is wrong, and no other is proved
     */
    PhysicalMemory settle(
            KernelMap map,
            PhysicalMemory memory,
            List<Region> regions,
            Iterable<Long> flags,
            Predicate<PhysicalMemory> holds,
            Progress progress) {
        boolean covered = !regions.isEmpty() && covers(memory, regions);
        if (covered && isOneBlock(memory, regions)) {
            return withoutOthers(memory, regions, progress);
        }
        List<Piece> pieces =
                pieces(map, pa -> regions.isEmpty() || regions.stream().anyMatch(r -> has(r, pa)));
        if (covered && fits(memory, pieces)) { // blocks in another order would cover as much
            return withoutOthers(memory, regions, progress);
        }
        List<PhysicalMemory> candidates = new ArrayList<>();
        if (image.blocks().size() == 1) {
            for (long left : flags) {
                candidates.add(inOrder(regions, left));
            }
        } else {
            candidates.add(byBlocks(pieces, regions));
        }
        for (PhysicalMemory candidate : candidates) {
            if (candidate != null && fits(candidate, pieces) && holds.test(candidate)) {
                return withoutOthers(candidate, regions, progress);
            }
        }
        if (fits(memory, pieces) && blocksAreWhole(memory)) {
            return memory; // it is cut off at an end, if at all
        }
        throw refused(pieces, regions);
    }

    /**
     * The same, where what of the kernel's memory the image does not hold counts as RAM that is not
     * held.
     */
    PhysicalMemory withMissing(PhysicalMemory memory, List<Region> regions) {
        List<RamRange> parts = new ArrayList<>(memory.parts());
        long missing = 0;
        for (Region gap : gaps(memory.parts(), regions)) {
            missing += gap.size();
            parts.add(new RamRange(gap.pa(), gap.size(), RamRange.NOT_HELD));
        }
        boolean likely = missing > 0 && missing / MOST_MISSING <= image.bytes().size();
        return likely ? new PhysicalMemory(image.bytes(), parts) : memory;
    }

    private static boolean has(Region region, long pa) {
        return pa >= region.pa() && pa < region.end();
    }

    private static boolean covers(PhysicalMemory memory, List<Region> regions) {
        return regions.stream().allMatch(r -> memory.isRam(r.pa(), r.size()));
    }

    /** Whether one block alone has all of the kernel's memory. */
    private boolean isOneBlock(PhysicalMemory memory, List<Region> regions) {
        return image.blocks().stream().filter(block -> meets(memory, block, regions)).count() == 1;
    }

    private static boolean meets(PhysicalMemory memory, ImageBlock block, List<Region> regions) {
        return memory.parts().stream()
                .flatMap(part -> common(part, block).stream())
                .anyMatch(part -> regions.stream().anyMatch(region -> meet(part, region)));
    }

    /** Whether all pieces lie where they say. */
    private static boolean fits(PhysicalMemory memory, List<Piece> pieces) {
        return pieces.stream()
                .allMatch(
                        piece ->
                                Stream.of(piece.from(), piece.to() - PAGE)
                                        .allMatch(at -> lies(memory, at, piece.distance())));
    }

    /** Whether every block lies in one run, or nowhere. */
    private boolean blocksAreWhole(PhysicalMemory memory) {
        return image.blocks().stream()
                .allMatch(
                        block ->
                                memory.parts().stream()
                                                .flatMap(part -> common(part, block).stream())
                                                .count()
                                        <= 1);
    }

    private static boolean lies(PhysicalMemory memory, long at, long distance) {
        return memory.parts().stream()
                .anyMatch(
                        part ->
                                at >= part.fileOffset()
                                        && at < part.fileOffset() + part.size()
                                        && part.pa() - part.fileOffset() == distance);
    }

    /** The kernel's memory in a row, but for regions with such a flag, as far as the image goes. */
    private @Nullable PhysicalMemory inOrder(List<Region> regions, long leftOut) {
        List<RamRange> parts = new ArrayList<>();
        long at = 0;
        for (Region region : regions) {
            long size = Math.min(region.size(), image.bytes().size() - at);
            if ((region.flags() & leftOut) == 0 && size > 0) {
                parts.add(new RamRange(region.pa(), size, at));
                at += size;
            }
        }
        return at < image.bytes().size() || parts.isEmpty()
                ? null
                : new PhysicalMemory(image.bytes(), joined(parts));
    }

    private static List<RamRange> joined(List<RamRange> parts) {
        List<RamRange> joined = new ArrayList<>();
        for (RamRange part : parts) {
            if (!joined.isEmpty() && joined.getLast().end() == part.pa()) {
                RamRange last = joined.removeLast();
                joined.add(new RamRange(last.pa(), last.size() + part.size(), last.fileOffset()));
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    /** Blocks where their pieces say; one that says nothing where alone it fills what is left. */
    private @Nullable PhysicalMemory byBlocks(List<Piece> pieces, List<Region> regions) {
        List<RamRange> parts = parts(pieces, Between.LOWER);
        List<ImageBlock> silent =
                image.blocks().stream()
                        .filter(b -> pieces.stream().noneMatch(p -> p.block().equals(b)))
                        .toList();
        for (Region gap : gaps(parts, regions)) {
            List<ImageBlock> fitting =
                    silent.stream().filter(block -> block.size() == gap.size()).toList();
            if (fitting.size() == 1) {
                parts.add(new RamRange(gap.pa(), gap.size(), fitting.getFirst().offset()));
            }
        }
        parts.sort(Comparator.comparingLong(RamRange::pa));
        return parts.isEmpty() || overlap(parts) ? null : new PhysicalMemory(image.bytes(), parts);
    }

    /** What of the kernel's memory no part has; regions that follow each other as one. */
    private static List<Region> gaps(List<RamRange> sorted, List<Region> regions) {
        List<Region> gaps = new ArrayList<>();
        for (Region region : regions) {
            long at = region.pa();
            for (RamRange part : sorted) {
                if (part.end() > at && part.pa() < region.end()) {
                    add(gaps, at, Math.min(part.pa(), region.end()));
                    at = Math.max(at, part.end());
                }
            }
            add(gaps, at, region.end());
        }
        return gaps;
    }

    private static void add(List<Region> gaps, long from, long to) {
        if (from < to) {
            boolean follows = !gaps.isEmpty() && gaps.getLast().end() == from;
            long start = follows ? gaps.removeLast().pa() : from;
            gaps.add(new Region(start, to - start, 0));
        }
    }

    /** A stream also has memory of devices, which lies where the kernel has none. */
    private PhysicalMemory withoutOthers(
            PhysicalMemory memory, List<Region> regions, Progress progress) {
        List<ImageBlock> blocks = image.blocks();
        if (blocks.size() == 1) {
            return memory;
        }
        List<RamRange> kept = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (ImageBlock block : blocks) {
            if (meets(memory, block, regions)) {
                memory.parts().forEach(part -> kept.addAll(common(part, block)));
            } else {
                others.add(block.name() + " (" + (block.size() >> 10) + " KiB)");
            }
        }
        if (others.isEmpty() || kept.isEmpty()) {
            return memory;
        }
        progress.found(
                "other memory",
                String.join(", ", others),
                "the kernel has no memory there, so it is none of its RAM");
        kept.sort(Comparator.comparingLong(RamRange::pa));
        return new PhysicalMemory(image.bytes(), kept);
    }

    private static List<RamRange> common(RamRange part, ImageBlock block) {
        long from = Math.max(part.fileOffset(), block.offset());
        long to = Math.min(part.fileOffset() + part.size(), block.end());
        return from < to
                ? List.of(new RamRange(part.pa() + (from - part.fileOffset()), to - from, from))
                : List.of();
    }

    private static boolean meet(RamRange part, Region region) {
        return part.pa() < region.end() && region.pa() < part.end();
    }

    private UserError refused(List<Piece> pieces, List<Region> regions) {
        List<RamRange> proved = parts(pieces, Between.NEITHER);
        return UserError.image(
                image.path()
                        + " does not hold RAM in one run"
                        + (regions.isEmpty()
                                ? ""
                                : ", nor as the kernel was told of it ("
                                        + regions.stream()
                                                .map(RamPlacement::text)
                                                .collect(Collectors.joining(", "))
                                        + ")")
                        + blocksText()
                        + "; what is proved by addresses in it is "
                        + proved.stream()
                                .map(part -> "--ram " + part)
                                .collect(Collectors.joining(" "))
                        + ": give that with --incomplete, or better if you know where RAM lies");
    }

    private static String text(Region region) {
        return new RamRange(region.pa(), region.size(), 0).toString().replaceAll("@.*", "");
    }

    /** The blocks, for messages; nothing if there is but one. */
    String blocksText() {
        List<ImageBlock> blocks = image.blocks();
        return blocks.size() == 1
                ? ""
                : "; it holds "
                        + blocks.stream()
                                .map(
                                        block ->
                                                block.name()
                                                        + " of "
                                                        + (block.size() >> 10)
                                                        + " KiB (--ram PA:"
                                                        + size(block)
                                                        + ")")
                                .collect(Collectors.joining(", "));
    }

    private static String size(ImageBlock block) {
        return new RamRange(0, block.size(), block.offset()).toString().replaceFirst("^[^:]*:", "");
    }
}
