package dev.tablewalk.cli.diff;

import static dev.tablewalk.cli.diff.SameSets.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.PageChange;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.Target;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Real guests at two moments, held against what they said of themselves at both. */
class RealDiffIT {
    @TempDir Path folder;

    @LabGuestTest({"lab", "x86"})
    void isTheDifferenceOfWhatTheGuestSaid(LabGuest guest) throws IOException {
        GuestGraph before = LabGraphs.read(guest, 1);
        GuestGraph after = LabGraphs.read(guest, 2);
        Diff diff = Diff.of(before, after, Progress.NONE);
        Difference forth = diff.difference();
        TruthPages was = TruthPages.read(guest.truth(1));
        TruthPages is = TruthPages.read(guest.truth(2));
        Pages told = Pages.of(forth, leftOut(was, is));
        assertSame(was.without(is), told.gone);
        assertSame(is.without(was), told.come);
        assertTrue(told.gone.size() > 1000 && told.come.size() > 1000, "hardly anything changed");

        Pages back = Pages.of(Diff.of(after, before, Progress.NONE).difference(), leftOut(was, is));
        assertEquals(told.gone, back.come);
        assertEquals(told.come, back.gone);
        assertTrue(Diff.of(before, before, Progress.NONE).difference().isNone());
        tellsWhatBecameOfTasks(forth);
        assertSame(written(guest, before.checkpoint().ram(), was, is, forth), told.written);
        assertTrue(told.written.size() > 20, "hardly anything was written");

        TextHashes mergedBefore = new TextHashes();
        TextHashes mergedAfter = new TextHashes();
        MergedSides.tell(diff.graph("merged", List.of()), mergedBefore, mergedAfter);
        assertWhole(before, mergedBefore);
        assertWhole(after, mergedAfter);
    }

    private static void assertWhole(GuestGraph alone, TextHashes merged) {
        TextHashes told = new TextHashes();
        MergedSides.tell(alone, _ -> {}, told);
        long[] wanted = told.sorted();
        long[] found = merged.sorted();
        if (!Arrays.equals(wanted, found)) {
            Set<String> missing = new HashSet<>();
            MergedSides.tell(
                    alone,
                    _ -> {},
                    text -> {
                        if (missing.size() < 5
                                && Arrays.binarySearch(found, TextHashes.hash(text)) < 0) {
                            missing.add(text);
                        }
                    });
            fail(found.length + " texts for " + wanted.length + ", missing " + missing);
        }
    }

    /** Pages in one frame at both moments whose bytes differ, by the images themselves. */
    private static Set<String> written(
            LabGuest guest, String ram, TruthPages was, TruthPages is, Difference difference)
            throws IOException {
        Set<Integer> others = leftOut(was, is);
        for (SpaceChange space : difference.processes()) {
            if (space.fate() != null && space.owner() instanceof SpaceChange.OfProcess owner) {
                others.addAll(owner.pids()); // not one address space at both moments
            }
        }
        Set<String> written = new HashSet<>();
        int size = (int) difference.pageSize();
        try (FileChannel one = FileChannel.open(guest.image(1));
                FileChannel other = FileChannel.open(guest.image(2))) {
            for (Map.Entry<String, String> page : was.pages().entrySet()) {
                String target = page.getValue();
                int pid = Integer.parseInt(page.getKey().split(" ", 2)[0]);
                if (others.contains(pid)
                        || !target.startsWith("pfn ")
                        || !target.equals(is.pages().get(page.getKey()))) {
                    continue;
                }
                long offset = offset(ram, Long.parseLong(target.substring(4)) * size);
                if (offset >= 0
                        && offset < one.size()
                        && !bytes(one, offset, size).equals(bytes(other, offset, size))) {
                    written.add(page.getKey());
                }
            }
        }
        return written;
    }

    /** Where a page lies in the image, or -1; of RAM as a checkpoint tells it: PA:SIZE@OFFSET. */
    private static long offset(String ram, long pa) {
        for (String part : ram.split(",\\s*", -1)) {
            String[] words = part.split("[:@]", 3);
            long inPart = pa - Long.decode(words[0]);
            if (inPart >= 0 && inPart < Long.decode(words[1])) {
                return Long.decode(words[2]) + inPart;
            }
        }
        return -1;
    }

    private static ByteBuffer bytes(FileChannel image, long offset, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && image.read(bytes, offset + bytes.position()) > 0) {}
        return bytes.flip();
    }

    private static Set<Integer> leftOut(TruthPages was, TruthPages is) {
        Set<Integer> pids = new HashSet<>(was.leftOut());
        pids.addAll(is.leftOut());
        return pids;
    }

    /**
     * Pages whose target is another, one by one. A page that one process lost and the next of the
     * same number, or the program executed after, has in the same place is none.
     */
    private record Pages(Set<String> gone, Set<String> come, Set<String> written) {
        static Pages of(Difference difference, Set<Integer> leftOut) {
            Pages pages = new Pages(new HashSet<>(), new HashSet<>(), new HashSet<>());
            for (SpaceChange space : difference.processes()) {
                if (space.owner() instanceof SpaceChange.OfProcess owner) {
                    for (int pid : owner.pids()) {
                        if (!leftOut.contains(pid)) {
                            space.pages().forEach(page -> pages.add(pid, page, difference));
                        }
                    }
                }
            }
            Set<String> both = new HashSet<>(pages.gone);
            both.retainAll(pages.come);
            pages.gone.removeAll(both);
            pages.come.removeAll(both);
            return pages;
        }

        private void add(int pid, PageChange page, Difference difference) {
            switch (page.kind()) {
                case REPROTECTED, RESIZED, TOUCHED -> {}
                case WRITTEN -> {
                    for (long i = 0; i < page.pages(); i++) {
                        long va = page.va() + i * difference.pageSize();
                        written.add(pid + " " + Long.toHexString(va));
                    }
                }
                default -> {
                    add(pid, page, page.before(), difference.pageSize(), gone);
                    add(pid, page, page.after(), difference.pageSize(), come);
                }
            }
        }

        private static void add(
                int pid, PageChange page, @Nullable Target target, long size, Set<String> to) {
            for (long i = 0; target != null && i < page.pages(); i++) {
                String where =
                        switch (target.plus(i * size)) {
                            case Target.Frames frames -> "pfn " + frames.pa() / size;
                            case Target.Slots slots ->
                                    "swap " + slots.type() + " " + slots.offset();
                        };
                to.add(pid + " " + Long.toHexString(page.va() + i * size) + " " + where);
            }
        }
    }

    /** The lab's program changing.c names its processes by what becomes of them. */
    private static void tellsWhatBecameOfTasks(Difference difference) {
        assertTask(difference, "ch-execed", TaskChange::executed);
        assertTask(difference, "ch-thread-exec", TaskChange::executed);
        assertTask(difference, "ch-newname", TaskChange::renamed);
        assertTask(difference, "ch-orphan", TaskChange::reparented);
        assertTask(difference, "ch-setuid", task -> task.change().after().containsKey("uid"));
        // One pid, two tasks: never one that changed.
        TaskChange reused =
                difference.tasks().stream()
                        .filter(task -> task.task().comm().equals("ch-reused"))
                        .filter(task -> task.change().fate() == Fate.ADDED)
                        .findFirst()
                        .orElse(null);
        assertNotNull(reused, "the process that has another's pid is not told as born");
        assertTrue(
                difference.tasks().stream()
                        .anyMatch(
                                task ->
                                        task.task().pid() == reused.task().pid()
                                                && task.change().fate() == Fate.REMOVED),
                "the process that had its pid is not told as gone");
    }

    private static void assertTask(
            Difference difference, String comm, Predicate<TaskChange> wanted) {
        assertTrue(
                difference.tasks().stream()
                        .filter(task -> task.task().comm().equals(comm))
                        .anyMatch(wanted),
                () ->
                        comm
                                + " is told as "
                                + difference.tasks().stream()
                                        .filter(task -> task.task().comm().equals(comm))
                                        .toList());
    }

    @LabGuestTest("arm64-6.12-lpa2")
    void aStoreGivesBackTheGraphThatItWasLoadedFrom(LabGuest guest) {
        GuestGraph graph = LabGraphs.read(guest, 1);
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("one", graph, Progress.NONE);
        try (Checkpoint checkpoint = home.open("one")) {
            GuestGraph stored = checkpoint.graph(Progress.NONE);
            List<GraphNode> nodes = new ArrayList<>();
            graph.nodes().forEach(nodes::add);
            List<GraphNode> storedNodes = new ArrayList<>();
            stored.nodes().forEach(storedNodes::add);
            assertEquals(nodes.size(), storedNodes.size());
            for (int i = 1; i < nodes.size(); i++) {
                assertEquals(nodes.get(i), storedNodes.get(i));
            }
            Set<GraphRelationship> relationships = new HashSet<>();
            graph.relationships().forEach(relationships::add);
            Set<GraphRelationship> storedRelationships = new HashSet<>();
            stored.relationships().forEach(storedRelationships::add);
            assertEquals(relationships.size(), storedRelationships.size());
            assertTrue(relationships.equals(storedRelationships), "relationships differ");
        }
        assertTrue(Diff.of(graph, graph, Progress.NONE).difference().isNone(), "a self is itself");
    }
}
