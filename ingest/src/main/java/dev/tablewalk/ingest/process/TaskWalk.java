package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.btf.Field;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds tasks: leaders by the list that begins at {@code init_task}, threads by their leader's
 * {@code signal}, both again by the tree of children, and the idle tasks of all CPUs by the run
 * queues that tasks refer to.
 */
public final class TaskWalk {
    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final LinkedList lists;
    private final TaskReader reader;
    private final long initTask;
    private final Field tasks;
    private final Field signal;
    private final Field threadHead;
    private final Field threadNode;
    private final Field children;
    private final Field sibling;
    private final Optional<Field> cfsRq;
    private final Optional<Field> cfsRqRq;
    private final Optional<Field> rqIdle;

    private final Map<Long, Set<String>> foundBy = new LinkedHashMap<>();

    public TaskWalk(Kernel kernel, Anomalies anomalies) {
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        this.lists = new LinkedList(memory, anomalies);
        this.initTask = kernel.initTask();
        KernelTypes types = new KernelTypes(kernel.btf(), anomalies);
        this.reader = new TaskReader(memory, types);
        tasks = types.field("task_struct", "tasks");
        signal = types.field("task_struct", "signal");
        threadHead = types.field("signal_struct", "thread_head");
        threadNode = types.field("task_struct", "thread_node");
        children = types.orAbsent("task_struct", "children");
        sibling = types.orAbsent("task_struct", "sibling");
        cfsRq = types.find("task_struct", "se.cfs_rq");
        cfsRqRq = types.find("cfs_rq", "rq");
        rqIdle = types.find("rq", "idle");
    }

    /** All tasks, in the order of the list, {@code init_task} first. */
    public Collection<FoundTask> find() {
        note(initTask, "init_task");
        lists.forEach(
                "task_struct.tasks",
                initTask + tasks.offset(),
                tasks.offset(),
                task -> note(task, "tasks"));
        for (long leader : List.copyOf(foundBy.keySet())) {
            threads(leader);
        }
        descendants();
        Set<Long> idle = idleTasks();
        List<FoundTask> found = new ArrayList<>();
        foundBy.forEach(
                (task, ways) -> {
                    try {
                        found.add(reader.read(task, idle.contains(task), List.copyOf(ways)));
                    } catch (MemoryFault e) {
                        anomalies.fault("task_unreadable", task, "task_struct", e);
                    } catch (NotATask e) {
                        anomalies.add(
                                "task_absurd", task, "task_struct", String.valueOf(e.getMessage()));
                    }
                });
        return found;
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

    private void threads(long leader) {
        try {
            long shared = memory.pointer(leader, signal);
            if (shared == 0) {
                return; // gone already but for its task_struct
            }
            lists.forEach(
                    "signal_struct.thread_head",
                    shared + threadHead.offset(),
                    threadNode.offset(),
                    thread -> {
                        if (thread != leader) {
                            note(thread, "threads");
                        }
                    });
        } catch (MemoryFault e) {
            anomalies.fault("task_unreadable", leader, "task_struct.signal", e);
        }
    }

    /** Goes down the tree of children; heals what a broken list lost. */
    private void descendants() {
        if (!children.isKnown() || !sibling.isKnown()) {
            return;
        }
        ArrayDeque<Long> open = new ArrayDeque<>(foundBy.keySet());
        while (!open.isEmpty()) {
            long task = open.remove();
            lists.forEach(
                    "task_struct.children",
                    task + children.offset(),
                    sibling.offset(),
                    child -> {
                        if (note(child, "children")) {
                            int before = foundBy.size();
                            threads(child);
                            open.add(child);
                            foundBy.keySet().stream().skip(before).forEach(open::add);
                        }
                    });
        }
    }

    /**
     * Idle tasks are in no list. Each run queue knows its own, and a task in a group's {@code
     * cfs_rq} knows the run queue of its CPU; every CPU has kernel threads of its own.
     */
    private Set<Long> idleTasks() {
        Set<Long> idle = new LinkedHashSet<>();
        idle.add(initTask);
        if (cfsRq.isEmpty() || cfsRqRq.isEmpty() || rqIdle.isEmpty()) {
            return idle; // without CONFIG_FAIR_GROUP_SCHED no task refers to its run queue
        }
        for (long task : List.copyOf(foundBy.keySet())) {
            try {
                long queue = memory.pointer(task, cfsRq.get());
                if (queue != 0) {
                    long rq = memory.pointer(queue, cfsRqRq.get());
                    long candidate = memory.pointer(rq, rqIdle.get());
                    if (idle.add(candidate)) {
                        note(candidate, "rq");
                    }
                }
            } catch (MemoryFault e) {
                anomalies.fault("task_unreadable", task, "task_struct.se.cfs_rq", e);
            }
        }
        return idle;
    }
}
