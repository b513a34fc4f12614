package dev.tablewalk.cypher.verify;

import dev.tablewalk.cypher.verify.Report.Born;
import dev.tablewalk.cypher.verify.Report.Difference;
import dev.tablewalk.cypher.verify.Report.Fault;
import dev.tablewalk.cypher.verify.Report.LeftOut;
import dev.tablewalk.cypher.verify.Report.Subject;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lays truth and graph side by side, process by process. What differs in the memory of a process of
 * which a thread ran since the truth was taken may have changed, and is counted apart.
 */
final class Comparison {
    private final Truth truth;
    private final GraphFacts graph;
    private final Findings findings;
    private final Map<Integer, String> comms;
    private final Set<Integer> leftOut = new HashSet<>();
    private final Set<Integer> bornAfter = new HashSet<>();
    private long untold;
    private long unread;
    private long ran;
    private final Set<Integer> processesThatRan = new HashSet<>();
    private long moved;

    Comparison(Truth truth, GraphFacts graph, int limit) {
        this.truth = truth;
        this.graph = graph;
        this.findings = new Findings(limit);
        this.comms = truth.comms();
    }

    Report report(Progress progress) {
        SortedSet<Integer> pids = new TreeSet<>(truth.processes().keySet());
        pids.addAll(graph.spaces().keySet());
        progress.stage("compare", pids.size());
        List<LeftOut> out = leaveOut();
        List<Born> born = bornAfter();
        compareTasks();
        for (int pid : pids) {
            if (!leftOut.contains(pid) && !bornAfter.contains(pid)) {
                compareAreas(pid);
                comparePages(pid);
            }
            progress.advance(1);
        }
        return new Report(
                findings.tallies(),
                out,
                born,
                new Report.NotCompared(untold, unread, ran, moved),
                findings.differences());
    }

    private List<LeftOut> leaveOut() {
        List<LeftOut> out = new ArrayList<>();
        truth.collector()
                .ifPresent(
                        collector -> {
                            out.add(leaveOut(collector.pid(), "the collector"));
                            collector
                                    .parent()
                                    .ifPresent(pid -> out.add(leaveOut(pid, "what ran it")));
                        });
        return out;
    }

    private LeftOut leaveOut(int pid, String why) {
        leftOut.add(pid);
        return new LeftOut(pid, comms.getOrDefault(pid, ""), why);
    }

    /** Tasks that the truth does not have because they came after it began to look. */
    private List<Born> bornAfter() {
        long last =
                truth.collector().isPresent() && truth.collector().get().started().isPresent()
                        ? truth.collector().get().started().getAsLong() - 1
                        : latestShared();
        List<Born> born = new ArrayList<>();
        for (GraphFacts.Task task : graph.tasks().values()) {
            if (!comms.containsKey(task.tid())
                    && !leftOut.contains(task.pid())
                    && task.started() > last) {
                bornAfter.add(task.tid());
                born.add(new Born(task.tid(), task.pid(), task.name(), task.started()));
            }
        }
        return born;
    }

    private long latestShared() {
        return graph.tasks().values().stream()
                .filter(task -> comms.containsKey(task.tid()))
                .mapToLong(GraphFacts.Task::started)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private void compareTasks() {
        truth.processes()
                .forEach(
                        (pid, process) -> {
                            if (!leftOut.contains(pid)) {
                                process.threads()
                                        .forEach(
                                                (tid, comm) ->
                                                        compareTask(
                                                                pid,
                                                                tid,
                                                                comm,
                                                                process.standings().get(tid)));
                            }
                        });
        for (GraphFacts.Task task : graph.tasks().values()) {
            if (leftOut.contains(task.pid()) || bornAfter.contains(task.tid())) {
                continue;
            }
            findings.inGraph(Subject.TASKS);
            if (!comms.containsKey(task.tid())) {
                task(Fault.EXTRA, task.tid(), "", text(task.pid(), task.name()));
            }
        }
    }

    private void compareTask(int pid, int tid, String comm, Truth.@Nullable Standing standing) {
        findings.inTruth(Subject.TASKS);
        GraphFacts.Task task = graph.tasks().get(tid);
        if (task == null) {
            task(Fault.MISSING, tid, text(pid, comm), "");
        } else if (task.pid() != pid || !TaskName.matches(task, comm)) {
            task(Fault.WRONG, tid, text(pid, comm), text(task.pid(), task.name()));
        } else if (standing != null) {
            compareStanding(pid, tid, standing, task.standing());
        }
    }

    /**
     * A task that ran since the truth was taken may have another state, and be on another CPU. That
     * it did not, the kernel's count of how often it was switched out tells: one that runs, or is
     * to run, has state R, and any other was switched out when it last ran.
     */
    private void compareStanding(int pid, int tid, Truth.Standing inTruth, Truth.Standing inGraph) {
        boolean still =
                inTruth.switches() == inGraph.switches()
                        && !inTruth.state().equals("R")
                        && !inGraph.state().equals("R");
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        differ("parent", inTruth.parent(), inGraph.parent(), expected, actual);
        differ("uid", inTruth.uid(), inGraph.uid(), expected, actual);
        if (still) {
            differ("state", inTruth.state(), inGraph.state(), expected, actual);
            differ("cpu", inTruth.cpu(), inGraph.cpu(), expected, actual);
        } else {
            ran++;
            processesThatRan.add(pid);
        }
        if (!expected.isEmpty()) {
            task(Fault.WRONG, tid, String.join(" ", expected), String.join(" ", actual));
        }
    }

    private static <T> void differ(
            String what, T inTruth, T inGraph, List<String> expected, List<String> actual) {
        if (!inTruth.equals(inGraph)) {
            expected.add(what + " " + inTruth);
            actual.add(what + " " + inGraph);
        }
    }

    private void task(Fault fault, int tid, String inTruth, String inGraph) {
        findings.add(
                Subject.TASKS,
                fault,
                () -> new Difference(Subject.TASKS, fault, "tid " + tid, inTruth, inGraph));
    }

    private static String text(int pid, String name) {
        return "pid " + pid + " " + name;
    }

    private void compareAreas(int pid) {
        Truth.GuestProcess inTruth = truth.processes().get(pid);
        GraphFacts.AddressSpace inGraph = graph.spaces().get(pid);
        SortedMap<Long, Truth.Area> expected = inTruth == null ? new TreeMap<>() : inTruth.areas();
        SortedMap<Long, Truth.Area> actual = inGraph == null ? new TreeMap<>() : inGraph.areas();
        expected.forEach(
                (start, area) -> {
                    findings.inTruth(Subject.VMAS);
                    Truth.Area other = actual.get(start);
                    if (other == null) {
                        area(Fault.MISSING, pid, start, text(area), "");
                    } else if (!other.equals(area)) {
                        area(Fault.WRONG, pid, start, text(area), text(other));
                    }
                });
        actual.forEach(
                (start, area) -> {
                    findings.inGraph(Subject.VMAS);
                    if (!expected.containsKey(start)) {
                        area(Fault.EXTRA, pid, start, "", text(area));
                    }
                });
    }

    private void area(Fault fault, int pid, long start, String inTruth, String inGraph) {
        if (processesThatRan.contains(pid)) {
            moved++;
            return;
        }
        findings.add(
                Subject.VMAS,
                fault,
                () ->
                        new Difference(
                                Subject.VMAS,
                                fault,
                                "pid " + pid + " start " + Hex.of(start),
                                inTruth,
                                inGraph));
    }

    private static String text(Truth.Area area) {
        return ("end " + Hex.of(area.end()) + " " + area.perms() + " " + area.path()).strip();
    }

    private void comparePages(int pid) {
        Truth.GuestProcess inTruth = truth.processes().get(pid);
        GraphFacts.AddressSpace inGraph = graph.spaces().get(pid);
        PageList expected = inTruth == null ? new PageList() : inTruth.pages();
        PageList actual = inGraph == null ? new PageList() : graph.pages(inGraph);
        for (int i = 0; i < expected.size(); i++) {
            findings.inTruth(subject(expected.target(i)));
        }
        for (int i = 0; i < actual.size(); i++) {
            findings.inGraph(subject(actual.target(i)));
        }
        int i = 0;
        int j = 0;
        while (i < expected.size() || j < actual.size()) {
            int order = order(expected, i, actual, j);
            if (order < 0) {
                page(Fault.MISSING, pid, expected, i++, actual, -1);
            } else if (order > 0 && inGraph != null && inGraph.untold().contain(actual.va(j))) {
                untold++;
                j++;
            } else if (order > 0 && inTruth != null && inTruth.unread().contain(actual.va(j))) {
                unread++;
                j++;
            } else if (order > 0) {
                page(Fault.EXTRA, pid, expected, -1, actual, j++);
            } else {
                if (expected.target(i) != actual.target(j)) {
                    page(Fault.WRONG, pid, expected, i, actual, j);
                }
                i++;
                j++;
            }
        }
    }

    /** Which comes first; what has come to its end comes last. */
    private static int order(PageList expected, int i, PageList actual, int j) {
        if (i == expected.size()) {
            return 1;
        }
        return j == actual.size() ? -1 : Long.compare(expected.va(i), actual.va(j));
    }

    /** A difference of a page; an index of -1 is a side that has none. */
    private void page(Fault fault, int pid, PageList expected, int i, PageList actual, int j) {
        if (processesThatRan.contains(pid)) {
            moved++;
            return;
        }
        Subject subject = subject(i < 0 ? actual.target(j) : expected.target(i));
        findings.add(
                subject,
                fault,
                () ->
                        new Difference(
                                subject,
                                fault,
                                "pid "
                                        + pid
                                        + " va "
                                        + Hex.of(i < 0 ? actual.va(j) : expected.va(i)),
                                i < 0 ? "" : Target.text(expected.target(i)),
                                j < 0 ? "" : Target.text(actual.target(j))));
    }

    private static Subject subject(long target) {
        return Target.isSwapped(target) ? Subject.SWAPPED_PAGES : Subject.PRESENT_PAGES;
    }
}
