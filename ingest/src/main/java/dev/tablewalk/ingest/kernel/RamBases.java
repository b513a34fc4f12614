package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Where RAM may begin: where it is said to, or else, for an image that does not tell, anywhere. */
final class RamBases {
    /** Where RAM begins on machines people have: QEMU virt, x86 and many others, boards. */
    private static final long[] KNOWN = {0x4000_0000L, 0, 0x8000_0000L, 0x1_0000_0000L};

    /** RAM begins at a multiple of this on every machine. */
    private static final long STEP = 2L << 20;

    private final Image image;
    private final List<RamRange> given;

    private final RamPlacement placement;

    /** How RAM may lie by what an architecture's kernels are told, by its name. */
    private final Map<String, List<List<RamRange>>> layouts = new HashMap<>();

    /** RAM where it is given; else the image as if RAM began at 0. */
    private final PhysicalMemory searched;

    /**
     * RAM as it may lie.
     *
     * @param base what to add to an address in {@link #searched} for the physical one
     */
    record Ram(PhysicalMemory memory, long base) {}

    RamBases(Image image, List<RamRange> given) {
        this.image = image;
        this.given = given;
        this.placement = new RamPlacement(image);
        this.searched = given.isEmpty() ? at(0) : new PhysicalMemory(image.bytes(), given);
    }

    boolean areGiven() {
        return !given.isEmpty();
    }

    /** Whether the format itself says where RAM lies. */
    boolean areSaid() {
        return !image.parts().isEmpty();
    }

    /** Where RAM lies, for people. */
    String text(PhysicalMemory memory) {
        return memory.held().stream().map(RamRange::toString).collect(Collectors.joining(","));
    }

    /** What that rests on. */
    String proof(PhysicalMemory memory) {
        if (areGiven()) {
            return areSaid() ? "as the image says" : "as given";
        }
        return memory.held().size() == 1
                ? "the base under which the kernel's map holds"
                : "as the kernel's own memory lies, and its map holds";
    }

    RamPlacement placement() {
        return placement;
    }

    PhysicalMemory searched() {
        return searched;
    }

    private PhysicalMemory at(long base) {
        return new PhysicalMemory(
                image.bytes(), List.of(new RamRange(base, image.bytes().size(), 0)));
    }

    /**
     * Every way RAM may lie in which that map can hold, likeliest first: as it is usual, and as it
     * takes a pass over the image to find.
     */
    List<Stream<PhysicalMemory>> under(Architecture architecture, KernelMap map) {
        Stream<PhysicalMemory> runs = holding(map.rootPa()).map(Ram::memory);
        if (!given.isEmpty()) {
            return List.of(runs);
        }
        Stream<PhysicalMemory> split =
                layouts(architecture).map(parts -> new PhysicalMemory(image.bytes(), parts));
        Stream<PhysicalMemory> pieces = map.hasLinear() ? placement.byListHeads(map) : Stream.of();
        return List.of(Stream.concat(split, runs), pieces);
    }

    private Stream<List<RamRange>> layouts(Architecture architecture) {
        return layouts
                .computeIfAbsent(
                        architecture.name(),
                        _ -> architecture.layouts(searched, image.bytes().size()).toList())
                .stream();
    }

    /**
     * Every way RAM may lie, likeliest first; made as they are asked for.
     *
     * @param pa of something that lies in the image
     * @param place address in {@link #searched} of what the base is to hold for
     */
    Stream<Ram> holding(Architecture architecture, long pa, long place) {
        Stream<Ram> runs = holding(pa);
        if (!given.isEmpty()) {
            return runs;
        }
        Stream<Ram> split =
                layouts(architecture)
                        .flatMap(
                                parts ->
                                        parts.stream()
                                                .filter(part -> isIn(part, place))
                                                .map(
                                                        part ->
                                                                new Ram(
                                                                        new PhysicalMemory(
                                                                                image.bytes(),
                                                                                parts),
                                                                        part.pa()
                                                                                - part
                                                                                        .fileOffset())));
        return Stream.concat(split, runs);
    }

    private static boolean isIn(RamRange part, long place) {
        return place >= part.fileOffset() && place - part.fileOffset() < part.size();
    }

    /**
     * Every run that RAM may be, likeliest first; made as they are asked for.
     *
     * @param pa of something that lies in the image
     */
    Stream<Ram> holding(long pa) {
        if (!given.isEmpty()) {
            return Stream.of(new Ram(searched, 0));
        }
        // It lies somewhere in the file, which leaves few bases to try.
        long first = Math.max(0, pa - image.bytes().size()) & -STEP;
        return LongStream.concat(
                        Arrays.stream(KNOWN),
                        LongStream.iterate(first, base -> base <= pa, base -> base + STEP))
                .mapToObj(base -> new Ram(at(base), base));
    }
}
