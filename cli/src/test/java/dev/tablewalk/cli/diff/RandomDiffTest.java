package dev.tablewalk.cli.diff;

import static dev.tablewalk.cli.diff.SameSets.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.PageChange;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.Target;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.KernelEra;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Any guest, edited in any way: a diff tells the edits, and no others. */
class RandomDiffTest {
    private static final Map<PageChange.Kind, PageChange.Kind> MIRRORED =
            Map.of(
                    PageChange.Kind.MAPPED, PageChange.Kind.UNMAPPED,
                    PageChange.Kind.UNMAPPED, PageChange.Kind.MAPPED,
                    PageChange.Kind.SWAPPED_OUT, PageChange.Kind.SWAPPED_IN,
                    PageChange.Kind.SWAPPED_IN, PageChange.Kind.SWAPPED_OUT,
                    PageChange.Kind.SWAP_ADDED, PageChange.Kind.SWAP_REMOVED,
                    PageChange.Kind.SWAP_REMOVED, PageChange.Kind.SWAP_ADDED);

    @Provide
    Arbitrary<Geometry> geometries() {
        return Arbitraries.of(Geometries.ALL);
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void tellsTheEditsAndNoOthers(
            @ForAll("geometries") Geometry geometry, @ForAll KernelEra era, @ForAll long seed)
            throws IOException {
        EditedGuest guest = new EditedGuest(geometry, era, seed);
        GuestGraph before = guest.before();
        GuestGraph after = guest.after();
        Diff diff = Diff.of(before, after, Progress.NONE);
        Difference forth = diff.difference();
        assertSame(guest.changes, pages(forth, false));
        assertSame(guest.tasks, tasks(forth, false));

        Difference back = Diff.of(after, before, Progress.NONE).difference();
        assertSame(guest.changes, pages(back, true));
        assertSame(guest.tasks, tasks(back, true));

        assertTrue(Diff.of(before, before, Progress.NONE).difference().isNone());
        assertTrue(Diff.of(after, guest.after(), Progress.NONE).difference().isNone());

        MergedSides merged = MergedSides.of(diff.graph("merged", List.of()));
        assertEquals(MergedSides.alone(before), merged.before());
        assertEquals(MergedSides.alone(after), merged.after());
    }

    /** Changes page by page; of a diff of after and before, as one of before and after has them. */
    private static Set<String> pages(Difference difference, boolean mirrored) {
        TreeSet<String> lines = new TreeSet<>();
        for (SpaceChange space : difference.processes()) {
            if (!(space.owner() instanceof SpaceChange.OfProcess process)
                    || process.pids().isEmpty()
                    || process.pids().getFirst() == 1) {
                continue;
            }
            for (PageChange change : space.pages()) {
                for (int i = 0; i < change.pages(); i++) {
                    long offset = i * difference.pageSize();
                    String was = text(change.before(), offset);
                    String is = text(change.after(), offset);
                    lines.add(
                            EditedGuest.line(
                                    process.pids().getFirst(),
                                    change.va() + offset,
                                    mirrored
                                            ? MIRRORED.getOrDefault(change.kind(), change.kind())
                                            : change.kind(),
                                    mirrored ? is : was,
                                    mirrored ? was : is));
                }
            }
        }
        return lines;
    }

    private static String text(@Nullable Target target, long offset) {
        return switch (target == null ? null : target.plus(offset)) {
            case null -> "-";
            case Target.Frames frames -> "pa " + Long.toHexString(frames.pa());
            case Target.Slots slots -> "slot " + slots.type() + " " + slots.offset();
        };
    }

    private static Set<String> tasks(Difference difference, boolean mirrored) {
        TreeSet<String> lines = new TreeSet<>();
        for (TaskChange task : difference.tasks()) {
            Fate fate = task.change().fate();
            boolean born = fate == (mirrored ? Fate.REMOVED : Fate.ADDED);
            if (fate != Fate.CHANGED) {
                lines.add(task.task().pid() + (born ? " born" : " gone"));
            } else if (task.executed()) {
                lines.add(task.task().pid() + " executed");
            } else if (task.renamed()) {
                lines.add(task.task().pid() + " renamed");
            }
        }
        return lines;
    }
}
