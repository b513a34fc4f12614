package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.NodeLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the counterpart of every node, by what it is and not by where it lies: a task by pid and
 * start time, an address space by its tasks, a VMA by its address space and start, a table by its
 * root, level and address, a file by device and inode.
 */
final class Counterparts {
    private final Side before;
    private final Side after;
    private final Kinship kinship;
    private final Matching matching;
    private final KernelShift shift;
    private final Set<Integer> leftByExec = new HashSet<>();
    private final Set<Integer> madeByExec = new HashSet<>();

    private Counterparts(Side before, Side after, Kinship kinship) {
        this.before = before;
        this.after = after;
        this.kinship = kinship;
        this.matching = new Matching(before, after);
        this.shift = new KernelShift(before, after);
    }

    static Counterparts find(Side before, Side after, Kinship kinship) {
        Counterparts found = new Counterparts(before, after, kinship);
        found.tasks();
        found.addressSpaces();
        found.files();
        found.vmas();
        found.tables();
        found.others();
        return found;
    }

    Matching matching() {
        return matching;
    }

    KernelShift shift() {
        return shift;
    }

    /** Whether an address space of before was left by a task that executed another program. */
    boolean wasLeftByExec(int mm) {
        return leftByExec.contains(mm);
    }

    /** Whether an address space of after is that of another program that a task executed. */
    boolean wasMadeByExec(int mm) {
        return madeByExec.contains(mm);
    }

    /**
     * Pairs what has the same key: first those that are also alike by the first test, then by the
     * next, and then one after the other.
     */
    private <T extends GraphNode> void pair(
            List<Integer> ones,
            List<Integer> theirs,
            Class<T> type,
            Function<T, @Nullable Object> key,
            List<BiPredicate<T, T>> alike) {
        Map<Object, List<Integer>> byKey = new LinkedHashMap<>();
        for (int each : theirs) {
            Object of = matching.beforeOf(each) >= 0 ? null : key.apply(after.node(each, type));
            if (of != null) {
                byKey.computeIfAbsent(of, _ -> new ArrayList<>()).add(each);
            }
        }
        List<BiPredicate<T, T>> tests = new ArrayList<>(alike);
        tests.add((_, _) -> true);
        for (BiPredicate<T, T> test : tests) {
            for (int each : ones) {
                T one = before.node(each, type);
                Object of = matching.afterOf(each) >= 0 ? null : key.apply(one);
                List<Integer> left = of == null ? List.of() : byKey.getOrDefault(of, List.of());
                for (Iterator<Integer> others = left.iterator(); others.hasNext(); ) {
                    int other = others.next();
                    if (test.test(one, after.node(other, type))) {
                        matching.pair(each, other);
                        others.remove();
                        break;
                    }
                }
            }
        }
    }

    private <T extends GraphNode> void pair(
            NodeLabel label,
            Class<T> type,
            Function<T, @Nullable Object> key,
            List<BiPredicate<T, T>> alike) {
        pair(before.all(label), after.all(label), type, key, alike);
    }

    private void tasks() {
        pair(
                NodeLabel.TASK,
                GraphNode.Task.class,
                task -> task.idle() ? task.comm() : kinship.isSameBoot() ? birth(task) : role(task),
                List.of(
                        (one, other) -> one.address() == other.address(),
                        (one, other) -> one.pid() == other.pid(),
                        (one, other) -> one.comm().equals(other.comm())));
    }

    private static Object birth(GraphNode.Task task) {
        return List.of(task.pid(), task.startTime());
    }

    private static Object role(GraphNode.Task task) {
        return List.of(task.kthread(), Side.isLeader(task), task.name());
    }

    /** An address space is that of the same tasks, unless they have executed something since. */
    private void addressSpaces() {
        List<Integer> tasks = new ArrayList<>(before.all(NodeLabel.TASK));
        tasks.sort(
                Comparator.comparing(
                        (Integer each) -> !Side.isLeader(before.node(each, GraphNode.Task.class))));
        for (int task : tasks) {
            int counterpart = matching.afterOf(task);
            int mm = before.mmOf(task);
            int itsMm = counterpart < 0 ? -1 : after.mmOf(counterpart);
            if (mm < 0 || itsMm < 0) {
                continue;
            }
            if (kinship.isSameBoot() && hasExecuted(task, counterpart)) {
                leftByExec.add(mm);
                madeByExec.add(itsMm);
            } else {
                matching.pair(mm, itsMm);
            }
        }
        if (kinship.isSameBoot()) {
            // What no task has: the kernel's own, and what is left of those that ended. Where both
            // have a task the memory was used again.
            List<Integer> ones = withoutTask(before);
            List<Integer> others = withoutTask(after);
            addressSpaces(ones, others);
            addressSpaces(ones, after.all(NodeLabel.MM_STRUCT));
            addressSpaces(before.all(NodeLabel.MM_STRUCT), others);
        }
    }

    private static List<Integer> withoutTask(Side side) {
        Set<Integer> has = side.processesByMm().keySet();
        return side.all(NodeLabel.MM_STRUCT).stream().filter(mm -> !has.contains(mm)).toList();
    }

    private void addressSpaces(List<Integer> ones, List<Integer> others) {
        pair(
                ones,
                others,
                GraphNode.MmStruct.class,
                mm -> List.of(mm.address(), mm.pgd()),
                List.of());
    }

    /** The kernel counts the programs that a task executes; where it is not told, by address. */
    private boolean hasExecuted(int task, int counterpart) {
        GraphNode.Task was = before.node(task, GraphNode.Task.class);
        GraphNode.Task is = after.node(counterpart, GraphNode.Task.class);
        if (was.execId() >= 0 && is.execId() >= 0) {
            return was.execId() != is.execId();
        }
        return mm(before, before.mmOf(task)).address()
                != mm(after, after.mmOf(counterpart)).address();
    }

    private static GraphNode.MmStruct mm(Side side, int number) {
        return side.node(number, GraphNode.MmStruct.class);
    }

    private void files() {
        pair(
                NodeLabel.FILE,
                GraphNode.File.class,
                file -> List.of(file.device(), file.inode()),
                List.of(
                        (one, other) -> one.address() == other.address(),
                        (one, other) -> one.path().equals(other.path())));
        if (!kinship.isSameBoot()) {
            pair(NodeLabel.FILE, GraphNode.File.class, GraphNode.File::path, List.of());
        }
    }

    /** By start; a VMA that has grown downwards, as a stack does, by its end. */
    private void vmas() {
        for (int mm : before.all(NodeLabel.MM_STRUCT)) {
            int itsMm = matching.afterOf(mm);
            if (itsMm < 0) {
                continue;
            }
            List<Integer> ones = before.vmasOf(mm);
            List<Integer> others = after.vmasOf(itsMm);
            pair(ones, others, GraphNode.Vma.class, GraphNode.Vma::start, List.of());
            pair(
                    ones,
                    others,
                    GraphNode.Vma.class,
                    vma -> List.of(vma.end(), vma.name(), vma.perms()),
                    List.of((one, other) -> one.address() == other.address()));
        }
    }

    private record Place(String level, long va) {}

    private void tables() {
        TreeWalk beforeWalk = new TreeWalk(before);
        TreeWalk afterWalk = new TreeWalk(after);
        Map<String, Integer> kernelRoots = after.kernelRoots();
        before.kernelRoots()
                .forEach(
                        (symbol, root) -> {
                            Integer counterpart = kernelRoots.get(symbol);
                            if (counterpart != null) {
                                trees(beforeWalk, root, afterWalk, counterpart);
                            }
                        });
        for (int mm : before.all(NodeLabel.MM_STRUCT)) {
            int itsMm = matching.afterOf(mm);
            int root = before.rootOf(mm);
            int counterpart = itsMm < 0 ? -1 : after.rootOf(itsMm);
            if (root >= 0 && counterpart >= 0) {
                trees(beforeWalk, root, afterWalk, counterpart);
            }
        }
        if (kinship.isSameBoot()) {
            pair(
                    NodeLabel.PAGE_TABLE,
                    GraphNode.PageTable.class,
                    table -> table.va() == null ? table.pa() : null,
                    List.of());
        }
    }

    private void trees(TreeWalk beforeWalk, int root, TreeWalk afterWalk, int counterpart) {
        matching.pair(root, counterpart);
        Map<Place, Integer> places = new HashMap<>();
        afterWalk.walk(
                counterpart,
                (table, moved) -> {
                    GraphNode.PageTable node = after.node(table, GraphNode.PageTable.class);
                    if (table != counterpart && node.va() != null) {
                        places.putIfAbsent(new Place(node.level(), node.va() + moved), table);
                    }
                });
        beforeWalk.walk(
                root,
                (table, moved) -> {
                    GraphNode.PageTable node = before.node(table, GraphNode.PageTable.class);
                    if (table != root && node.va() != null) {
                        long va = node.va() + moved;
                        Integer other =
                                places.get(
                                        new Place(
                                                node.level(),
                                                kinship.isSameBoot() ? va : shift.of(va)));
                        if (other != null) {
                            matching.pair(table, other);
                        }
                    }
                });
    }

    private void others() {
        pair(
                NodeLabel.CPU,
                GraphNode.Cpu.class,
                cpu -> cpu.id() == GraphNode.Cpu.UNKNOWN ? null : cpu.id(),
                List.of());
        pair(NodeLabel.REGION, GraphNode.Region.class, GraphNode.Region::name, List.of());
        pair(NodeLabel.ANOMALY, GraphNode.Anomaly.class, anomaly -> anomaly, List.of());
    }
}
