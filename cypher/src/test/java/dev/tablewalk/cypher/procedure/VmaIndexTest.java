package dev.tablewalk.cypher.procedure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Held against looking at each VMA, be they disjoint or not, sound or not. */
class VmaIndexTest {
    private record Vma(long start, long end) {}

    private static void assertCovers(List<Vma> vmas, long start, long end) {
        VmaIndex.Builder<Vma> builder = new VmaIndex.Builder<>();
        vmas.forEach(vma -> builder.add(vma, vma.start, vma.end));
        VmaIndex<Vma> index = builder.build();
        List<Vma> in =
                vmas.stream()
                        .filter(vma -> vma.start < end && vma.end > start)
                        .sorted(Comparator.comparingLong(Vma::start).thenComparingLong(Vma::end))
                        .toList();
        long outside = 0;
        for (long at = start; at < end; at++) {
            long byte_ = at;
            outside += vmas.stream().noneMatch(v -> v.start <= byte_ && byte_ < v.end) ? 1 : 0;
        }
        VmaIndex.Cover<Vma> cover = index.cover(start, end);
        assertEquals(in, cover.in());
        assertEquals(outside, cover.outside());
        assertEquals(in, index.in(start, end));
    }

    @Property
    void disjointOnes(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 6) Integer> gapsAndSizes,
            @ForAll @IntRange(min = 0, max = 40) int start,
            @ForAll @IntRange(min = 0, max = 20) int size) {
        List<Vma> vmas = new ArrayList<>();
        long at = 0;
        for (int i = 0; i + 1 < gapsAndSizes.size(); i += 2) {
            at += gapsAndSizes.get(i);
            vmas.add(new Vma(at, at + 1 + gapsAndSizes.get(i + 1)));
            at += 1 + gapsAndSizes.get(i + 1);
        }
        assertCovers(vmas, start, start + size);
    }

    @Property
    void anyOnes(
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 30) Integer> startsAndEnds,
            @ForAll @IntRange(min = 0, max = 40) int start,
            @ForAll @IntRange(min = 1, max = 20) int size) {
        List<Vma> vmas = new ArrayList<>();
        for (int i = 0; i + 1 < startsAndEnds.size(); i += 2) {
            long from = startsAndEnds.get(i);
            vmas.add(new Vma(from, from + 1 + startsAndEnds.get(i + 1)));
        }
        assertCovers(vmas, start, start + size);
    }
}
