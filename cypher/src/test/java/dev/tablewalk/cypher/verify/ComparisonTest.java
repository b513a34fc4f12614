package dev.tablewalk.cypher.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.verify.Report.Difference;
import dev.tablewalk.cypher.verify.Report.Fault;
import dev.tablewalk.cypher.verify.Report.Subject;
import dev.tablewalk.cypher.verify.Report.Tally;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test changes one side of a truth and a graph that agree. */
final class ComparisonTest {
    private static final long PAGE = 4096;
    private static final long ROOT = 100;

    private final TreeMap<Integer, Truth.GuestProcess> processes = new TreeMap<>();
    private final TreeMap<Integer, GraphFacts.Task> tasks = new TreeMap<>();
    private final TreeMap<Integer, GraphFacts.AddressSpace> spaces = new TreeMap<>();
    private final Map<Long, GraphFacts.Table> tables = new TreeMap<>();
    private Optional<Truth.Collector> collector = Optional.empty();

    @BeforeEach
    void agree() {
        Truth.GuestProcess init = new Truth.GuestProcess();
        init.threads().put(1, "init");
        init.threads().put(7, "thread");
        init.areas().put(0x10000L, new Truth.Area(0x10000, 0x14000, "rw-p", "[heap]"));
        init.pages().add(0x10000, Target.present(50));
        init.pages().add(0x11000, Target.present(51));
        init.pages().add(0x12000, Target.swapped(1, 8));
        init.pages().add(0x13000, Target.swapped(1, 9));
        processes.put(1, init);
        task(1, 1, "init", 10);
        task(7, 1, "thread", 70);
        space(1, ROOT, new Truth.Area(0x10000, 0x14000, "rw-p", "[heap]"));
        GraphFacts.Table top = new GraphFacts.Table();
        top.children().add(new GraphFacts.Child(ROOT + 1, 0));
        tables.put(ROOT, top);
        GraphFacts.Table last = new GraphFacts.Table();
        last.runs().add(new GraphFacts.Run(0x12000, 2, Target.swapped(1, 8)));
        last.runs().add(new GraphFacts.Run(0x10000, 2, Target.present(50)));
        tables.put(ROOT + 1, last);
    }

    private void task(int tid, int pid, String name, long started) {
        Truth.Standing standing = new Truth.Standing("S", 0, 0, 0, 1);
        tasks.put(tid, new GraphFacts.Task(tid, pid, name, name, 0, started, standing));
    }

    private void space(int pid, long root, Truth.Area... areas) {
        TreeMap<Long, Truth.Area> byStart = new TreeMap<>();
        for (Truth.Area area : areas) {
            byStart.put(area.start(), area);
        }
        spaces.put(pid, new GraphFacts.AddressSpace(root, byStart, new VaRanges()));
    }

    private Truth.GuestProcess init() {
        return processes.computeIfAbsent(1, pid -> new Truth.GuestProcess());
    }

    private Report compare() {
        return new Comparison(
                        new Truth(PAGE, processes, collector),
                        new GraphFacts(PAGE, tasks, spaces, tables),
                        10)
                .report(Progress.NONE);
    }

    private static void assertOnly(
            Report report, Subject subject, Fault fault, List<Difference> differences) {
        assertFalse(report.exact());
        assertEquals(differences, report.differences());
        for (Tally tally : report.tallies()) {
            long expected = tally.subject() == subject ? differences.size() : 0;
            assertEquals(fault == Fault.MISSING ? expected : 0, tally.missing(), tally::toString);
            assertEquals(fault == Fault.EXTRA ? expected : 0, tally.extra(), tally::toString);
            assertEquals(fault == Fault.WRONG ? expected : 0, tally.wrong(), tally::toString);
        }
    }

    private static Difference difference(
            Subject subject, Fault fault, String where, String truth, String graph) {
        return new Difference(subject, fault, where, truth, graph);
    }

    @Test
    void whatAgreesIsExact() {
        Report report = compare();
        assertTrue(report.exact());
        assertEquals(
                List.of(
                        new Tally(Subject.TASKS, 2, 2, 0, 0, 0),
                        new Tally(Subject.VMAS, 1, 1, 0, 0, 0),
                        new Tally(Subject.PRESENT_PAGES, 2, 2, 0, 0, 0),
                        new Tally(Subject.SWAPPED_PAGES, 2, 2, 0, 0, 0)),
                report.tallies());
        assertEquals(List.of(), report.bornAfter());
    }

    @Test
    void aTaskThatTheGraphLacksIsMissing() {
        tasks.remove(7);
        assertOnly(
                compare(),
                Subject.TASKS,
                Fault.MISSING,
                List.of(difference(Subject.TASKS, Fault.MISSING, "tid 7", "pid 1 thread", "")));
    }

    @Test
    void anOldTaskThatTheTruthLacksIsExtra() {
        task(8, 1, "ghost", 60);
        assertOnly(
                compare(),
                Subject.TASKS,
                Fault.EXTRA,
                List.of(difference(Subject.TASKS, Fault.EXTRA, "tid 8", "", "pid 1 ghost")));
    }

    @Test
    void aTaskOfAnotherNameOrProcessIsWrong() {
        task(1, 1, "systemd", 10);
        task(7, 2, "thread", 70);
        assertOnly(
                compare(),
                Subject.TASKS,
                Fault.WRONG,
                List.of(
                        difference(
                                Subject.TASKS, Fault.WRONG, "tid 1", "pid 1 init", "pid 1 systemd"),
                        difference(
                                Subject.TASKS,
                                Fault.WRONG,
                                "tid 7",
                                "pid 1 thread",
                                "pid 2 thread")));
    }

    /** What truth and graph say of thread 7, both of which have it. */
    private Report compareStanding(Truth.Standing inTruth, Truth.Standing inGraph) {
        init().standings().put(7, inTruth);
        tasks.put(7, new GraphFacts.Task(7, 1, "thread", "thread", 0, 70, inGraph));
        return compare();
    }

    @Test
    void whatIsToldOfATaskThatDidNotRunIsCompared() {
        Truth.Standing told = new Truth.Standing("S", 2, 1000, 1, 40);
        assertTrue(compareStanding(told, told).exact());
        Report report = compareStanding(told, new Truth.Standing("D", 3, 0, 0, 40));
        assertOnly(
                report,
                Subject.TASKS,
                Fault.WRONG,
                List.of(
                        difference(
                                Subject.TASKS,
                                Fault.WRONG,
                                "tid 7",
                                "parent 2 uid 1000 state S cpu 1",
                                "parent 3 uid 0 state D cpu 0")));
        assertEquals(0, report.notCompared().ran());
    }

    @Test
    void aTaskThatRanMayHaveAnotherStateAndCpuButNoOtherUser() {
        Truth.Standing told = new Truth.Standing("S", 2, 1000, 1, 40);
        for (Truth.Standing since :
                List.of(
                        new Truth.Standing("D", 2, 1000, 0, 41),
                        new Truth.Standing("R", 2, 1000, 0, 40),
                        new Truth.Standing("S", 2, 1000, -1, -1))) {
            Report report = compareStanding(told, since);
            assertTrue(report.exact(), since::toString);
            assertEquals(1, report.notCompared().ran(), since::toString);
        }
        Truth.Standing ran = new Truth.Standing("R", 2, 1000, 1, 40);
        assertTrue(compareStanding(ran, new Truth.Standing("S", 2, 1000, 0, 40)).exact());
        Report report = compareStanding(told, new Truth.Standing("R", 2, 0, 0, 41));
        assertEquals("uid 0", report.differences().getFirst().graph());
    }

    @Test
    void whatDiffersInTheMemoryOfAProcessThatRanIsCountedApart() {
        tables.put(ROOT + 1, new GraphFacts.Table());
        init().areas().put(0x20000L, new Truth.Area(0x20000, 0x21000, "r--p", "/a"));
        Truth.Standing told = new Truth.Standing("S", 2, 1000, 1, 40);
        Report ran = compareStanding(told, new Truth.Standing("S", 2, 1000, 1, 41));
        assertTrue(ran.exact());
        assertEquals(5, ran.notCompared().moved());
        Report still = compareStanding(told, told);
        assertEquals(5, still.differences().size());
        assertEquals(0, still.notCompared().moved());
    }

    @Test
    void aTaskWithoutAParentInTheGraphIsWrong() {
        Report report =
                compareStanding(
                        new Truth.Standing("S", 0, 0, 0, 1), new Truth.Standing("S", -1, 0, 0, 1));
        assertEquals("parent -1", report.differences().getFirst().graph());
    }

    @Test
    void aTruthThatDoesNotTellMoreOfATaskIsComparedAsBefore() {
        tasks.put(
                7,
                new GraphFacts.Task(
                        7, 1, "thread", "thread", 0, 70, new Truth.Standing("Z", 5, 5, 5, 5)));
        Report report = compare();
        assertTrue(report.exact());
        assertEquals(0, report.notCompared().ran());
    }

    @Test
    void pagesThatTheCollectorDidNotReadAreCountedApart() {
        init().unread().add(0x20000, 0x30000);
        GraphFacts.Table table = tables.get(ROOT + 1);
        Objects.requireNonNull(table)
                .runs()
                .add(new GraphFacts.Run(0x2f000, 2, Target.present(90)));
        Report report = compare();
        assertEquals(1, report.notCompared().unread());
        assertOnly(
                report,
                Subject.PRESENT_PAGES,
                Fault.EXTRA,
                List.of(
                        difference(
                                Subject.PRESENT_PAGES,
                                Fault.EXTRA,
                                "pid 1 va 0x30000",
                                "",
                                "pfn 0x5b")));
    }

    @Test
    void aTaskBornAfterAllSharedOnesIsListedApartWithItsMemory() {
        task(9, 9, "late", 71);
        space(9, ROOT, new Truth.Area(0x10000, 0x14000, "rw-p", ""));
        Report report = compare();
        assertTrue(report.exact());
        assertEquals(List.of(new Report.Born(9, 9, "late", 71)), report.bornAfter());
        assertEquals(2, report.tallies().getFirst().inGraph());
    }

    @Test
    void theCollectorsOwnClockDecidesWhoWasBornAfter() {
        collector = Optional.of(new Truth.Collector(90, OptionalInt.of(80), OptionalLong.of(75)));
        task(8, 8, "before", 74);
        task(9, 9, "after", 75);
        Report report = compare();
        assertEquals(List.of(new Report.Born(9, 9, "after", 75)), report.bornAfter());
        assertOnly(
                report,
                Subject.TASKS,
                Fault.EXTRA,
                List.of(difference(Subject.TASKS, Fault.EXTRA, "tid 8", "", "pid 8 before")));
    }

    @Test
    void theCollectorAndItsShellAreLeftOutOnBothSides() {
        collector = Optional.of(new Truth.Collector(90, OptionalInt.of(80), OptionalLong.empty()));
        Truth.GuestProcess truth = new Truth.GuestProcess();
        truth.threads().put(90, "truth");
        truth.areas().put(0L, new Truth.Area(0, 4096, "r--p", ""));
        processes.put(90, truth);
        task(80, 80, "sh", 20);
        space(80, ROOT, new Truth.Area(0x10000, 0x14000, "rw-p", ""));
        Report report = compare();
        assertTrue(report.exact());
        assertEquals(
                List.of(
                        new Report.LeftOut(90, "truth", "the collector"),
                        new Report.LeftOut(80, "", "what ran it")),
                report.leftOut());
        assertEquals(1, report.tallies().get(1).inGraph());
    }

    @Test
    void areasAreComparedByStart() {
        init().areas().put(0x20000L, new Truth.Area(0x20000, 0x21000, "r--p", "/a"));
        space(
                1,
                ROOT,
                new Truth.Area(0x10000, 0x14000, "rwxp", "[heap]"),
                new Truth.Area(0x30000, 0x31000, "r--p", "/b"));
        Report report = compare();
        assertEquals(
                List.of(
                        difference(
                                Subject.VMAS,
                                Fault.MISSING,
                                "pid 1 start 0x20000",
                                "end 0x21000 r--p /a",
                                ""),
                        difference(
                                Subject.VMAS,
                                Fault.EXTRA,
                                "pid 1 start 0x30000",
                                "",
                                "end 0x31000 r--p /b"),
                        difference(
                                Subject.VMAS,
                                Fault.WRONG,
                                "pid 1 start 0x10000",
                                "end 0x14000 rw-p [heap]",
                                "end 0x14000 rwxp [heap]")),
                report.differences());
        assertEquals(new Tally(Subject.VMAS, 2, 2, 1, 1, 1), report.tallies().get(1));
    }

    @Test
    void pagesAreComparedOneByOne() {
        GraphFacts.Table table = new GraphFacts.Table();
        table.runs().add(new GraphFacts.Run(0x11000, 1, Target.present(99)));
        table.runs().add(new GraphFacts.Run(0x12000, 1, Target.present(52)));
        table.runs().add(new GraphFacts.Run(0x13000, 1, Target.swapped(1, 9)));
        table.runs().add(new GraphFacts.Run(0x14000, 2, Target.swapped(0, 1)));
        tables.put(ROOT + 1, table);
        Report report = compare();
        assertEquals(
                List.of(
                        difference(
                                Subject.PRESENT_PAGES,
                                Fault.MISSING,
                                "pid 1 va 0x10000",
                                "pfn 0x32",
                                ""),
                        difference(
                                Subject.PRESENT_PAGES,
                                Fault.WRONG,
                                "pid 1 va 0x11000",
                                "pfn 0x33",
                                "pfn 0x63"),
                        difference(
                                Subject.SWAPPED_PAGES,
                                Fault.EXTRA,
                                "pid 1 va 0x14000",
                                "",
                                "swap type 0 offset 0x1"),
                        difference(
                                Subject.SWAPPED_PAGES,
                                Fault.EXTRA,
                                "pid 1 va 0x15000",
                                "",
                                "swap type 0 offset 0x2"),
                        difference(
                                Subject.SWAPPED_PAGES,
                                Fault.WRONG,
                                "pid 1 va 0x12000",
                                "swap type 1 offset 0x8",
                                "pfn 0x34")),
                report.differences());
    }

    @Test
    void aTableThatTreesShareIsReadWhereEachPutsIt() {
        GraphFacts.Table top = new GraphFacts.Table();
        top.children().add(new GraphFacts.Child(ROOT + 1, 0x200000));
        tables.put(ROOT + 7, top);
        space(2, ROOT + 7);
        task(2, 2, "other", 5);
        Truth.GuestProcess other = new Truth.GuestProcess();
        other.threads().put(2, "other");
        other.pages().add(0x210000, Target.present(50));
        other.pages().add(0x211000, Target.present(51));
        other.pages().add(0x212000, Target.swapped(1, 8));
        other.pages().add(0x213000, Target.swapped(1, 9));
        processes.put(2, other);
        assertTrue(compare().exact());
    }

    @Test
    void aTableThatPointsToItselfEnds() {
        GraphFacts.Table top = new GraphFacts.Table();
        top.children().add(new GraphFacts.Child(ROOT, 0));
        tables.put(ROOT, top);
        assertEquals(4, compare().differences().size());
    }

    @Test
    void theListIsAsLongAsAskedForAndTheCountsAreWhole() {
        List<GraphFacts.Run> runs = new ArrayList<>();
        runs.add(new GraphFacts.Run(0x20000, 1000, Target.present(1)));
        GraphFacts.Table table = new GraphFacts.Table(new ArrayList<>(), runs);
        tables.put(ROOT, table);
        Report report = compare();
        assertEquals(1000, report.tallies().get(2).extra());
        assertEquals(
                10, report.differences().stream().filter(d -> d.fault() == Fault.EXTRA).count());
    }
}
