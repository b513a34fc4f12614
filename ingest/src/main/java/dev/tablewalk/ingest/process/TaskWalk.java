package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Finds tasks: leaders by the list that begins at {@code init_task}, threads by their leader's
 * {@code signal}, both again by the tree of children and by the tables of pids, and the idle tasks
 * of all CPUs by the run queues that tasks refer to. Each of these views is taken from all tasks
 * that any of them knows, so that what one of them hides the others show.
 */
public final class TaskWalk {
    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final LinkedList lists;
    private final TaskReader reader;
    private final long initTask;
    private final long listed;
    private final Field tasks;
    private final Field signal;
    private final Field threadHead;
    private final Field threadNode;
    private final Field leader;
    private final Field children;
    private final Field sibling;
    private final RunQueues queues;
    private final Optional<Field> schedClass;
    private final Field pid;

    private final PidTables pids;
    private final Set<String> views = new LinkedHashSet<>();
    private final Set<Long> idle = new LinkedHashSet<>();
    private final Set<Long> unreadable = new HashSet<>();
    private final Set<Long> held = new HashSet<>();
    private final TaskShape shape;
    private final Map<Long, Set<String>> foundBy = new LinkedHashMap<>();

    public TaskWalk(Kernel kernel, Anomalies anomalies) {
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        this.lists = new LinkedList(memory, anomalies);
        this.initTask = kernel.initTask();
        this.listed = kernel.listed();
        KernelTypes types = new KernelTypes(kernel.types(), anomalies);
        this.reader = new TaskReader(memory, types, initTask);
        tasks = types.field("task_struct", "tasks");
        signal = types.field("task_struct", "signal");
        threadHead = types.field("signal_struct", "thread_head");
        threadNode = types.field("task_struct", "thread_node");
        leader = types.orAbsent("task_struct", "group_leader");
        children = types.orAbsent("task_struct", "children");
        sibling = types.orAbsent("task_struct", "sibling");
        queues = new RunQueues(kernel, types, anomalies);
        schedClass = types.find("task_struct", "sched_class");
        pid = types.field("task_struct", "pid");
        pids = new PidTables(kernel, types, anomalies);
        shape = new TaskShape(kernel, new Anomalies());
    }

    /** All tasks, in the order of the list, {@code init_task} first. */
    public Collection<FoundTask> find() {
        views.addAll(List.of("init_task", "tasks", "threads"));
        note(initTask, "init_task");
        pids.tellUnknown();
        if (listed != initTask) {
            note(listed, "tasks");
        }
        lists.forEach(
                "task_struct.tasks",
                listed + tasks.offset(),
                tasks.offset(),
                task -> note(task, "tasks"));
        explore(foundBy.keySet());
        idleTasks();
        return read();
    }

    /**
     * Adds what a scan of RAM found, and what leads on from there.
     *
     * @param scanned addresses of tasks
     * @param mayHoldObjects whether the kernel may have a struct at an address, by its frame
     * @return all tasks, those of before first
     */
    public Collection<FoundTask> with(Collection<Long> scanned, LongPredicate mayHoldObjects) {
        views.add("scan");
        Set<Long> stacks =
                foundBy.keySet().stream().map(shape::stackOf).collect(Collectors.toSet());
        List<Long> hidden = new ArrayList<>();
        for (long task : scanned) {
            if (foundBy.containsKey(task) || (mayHoldObjects.test(task) && !isLeft(task, stacks))) {
                note(task, "scan", hidden::add);
            }
        }
        explore(hidden);
        return read();
    }

    /**
     * Whether what looks like a task is left of an earlier boot: the linear map and stacks lie at
     * the same addresses at each, so that all its pointers lead somewhere. A task that is hidden
     * has a stack and credentials that are its own.
     *
     * @param stacks of the tasks that are known otherwise
     */
    private boolean isLeft(long task, Set<Long> stacks) {
        long stack = shape.stackOf(task);
        return (stack != 0 && stacks.contains(stack)) || reader.isLeft(task);
    }

    /** The ways by which tasks were looked for: what {@code found_by} may hold. */
    public List<String> views() {
        return List.copyOf(views);
    }

    private List<FoundTask> read() {
        List<FoundTask> found = new ArrayList<>();
        reader.learnCpu(foundBy.keySet());
        foundBy.forEach(
                (task, ways) -> {
                    try {
                        found.add(reader.read(task, isIdle(task), List.copyOf(ways)));
                        holdAgainstItself(task);
                    } catch (MemoryFault e) {
                        if (unreadable.add(task)) {
                            anomalies.fault("task_unreadable", task, "task_struct", e);
                        }
                    } catch (NotATask e) {
                        if (unreadable.add(task)) {
                            String why = String.valueOf(e.getMessage());
                            anomalies.add("task_absurd", task, "task_struct", why);
                        }
                    }
                });
        return found;
    }

    /** Tells, once, what a task says of itself that cannot be so. */
    private void holdAgainstItself(long task) {
        if (!held.add(task)) {
            return;
        }
        if (shape.isKnown()) {
            shape.contradiction(task)
                    .ifPresent(why -> anomalies.add("torn_task", task, "task_struct", why));
        }
        reader.tornCred(task)
                .ifPresent(why -> anomalies.add("torn_task", task, "task_struct.real_cred", why));
    }

    /**
     * Whether it is an idle task: what a run queue says is one, and any with pid 0 of the
     * scheduling class that only they have, which is {@code init_task}'s ({@code init_idle()}).
     */
    private boolean isIdle(long task) {
        if (idle.contains(task)) {
            return true;
        }
        if (schedClass.isEmpty() || memory.number(task, pid) != 0) {
            return false;
        }
        long ofTask = memory.pointer(task, schedClass.get());
        return ofTask != 0 && ofTask == memory.pointer(initTask, schedClass.get());
    }

    /** Follows what leads on from these tasks to others, and from those, until there is no more. */
    private void explore(Collection<Long> from) {
        if (children.isKnown() && sibling.isKnown()) {
            views.add("children");
        }
        ArrayDeque<Long> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            long task = open.remove();
            LongConsumer further = open::add;
            threads(task, further);
            children(task, further);
            if (pids.isKnown()) {
                pids.forEachBeside(task, other -> note(other, "pid", further));
            }
        }
        if (pids.hasRead()) {
            views.add("pid");
        }
    }

    private void note(long task, String way, LongConsumer further) {
        if (note(task, way)) {
            further.accept(task);
        }
    }

    private boolean note(long task, String way) {
        Set<String> ways = foundBy.get(task);
        boolean first = ways == null;
        if (ways == null) {
            ways = new LinkedHashSet<>();
            foundBy.put(task, ways);
        }
        ways.add(way);
        return first;
    }

    private void threads(long task, LongConsumer further) {
        try {
            long shared = memory.pointer(task, signal);
            boolean leads = !leader.isKnown() || memory.pointer(task, leader) == task;
            if (shared == 0 || !leads) {
                return; // gone already but for its task_struct, or a thread itself
            }
            lists.forEach(
                    "signal_struct.thread_head",
                    shared + threadHead.offset(),
                    threadNode.offset(),
                    thread -> {
                        if (thread != task) {
                            note(thread, "threads", further);
                        }
                    });
        } catch (MemoryFault e) {
            anomalies.fault("task_unreadable", task, "task_struct.signal", e);
        }
    }

    private void children(long task, LongConsumer further) {
        if (children.isKnown() && sibling.isKnown()) {
            lists.forEach(
                    "task_struct.children",
                    task + children.offset(),
                    sibling.offset(),
                    child -> note(child, "children", further));
        }
    }

    /** Idle tasks are in no list, but in run queues. */
    private void idleTasks() {
        idle.add(initTask);
        for (long task : queues.idleTasks(List.copyOf(foundBy.keySet()))) {
            if (task != 0 && idle.add(task)) {
                note(task, "rq");
            }
        }
        if (queues.areComplete()) {
            views.add("rq");
        }
    }
}
