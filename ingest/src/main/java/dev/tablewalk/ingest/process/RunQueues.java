package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The run queues, each of which knows its CPU's idle task, which is in no list. A task's {@code
 * cfs_rq} knows the run queue of its CPU and its group; and a group has a {@code cfs_rq} for each
 * CPU that can exist, though it was never brought up ({@code init_tg_cfs_entry()} in {@code
 * kernel/sched/fair.c}). Such a CPU has an idle task all the same: {@code idle_threads_init()}.
 */
final class RunQueues {
    /** More than any {@code CONFIG_NR_CPUS}. */
    private static final int MOST_CPUS = 8192;

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Optional<Field> taskQueue;
    private final Optional<Field> queueRq;
    private final Optional<Field> queueGroup;
    private final Optional<Field> groupQueues;
    private final Optional<Field> rqIdle;
    private final Optional<Field> rqCpu;
    private final OptionalLong runqueues;
    private final OptionalLong offsets;
    private final Set<Long> groups = new HashSet<>();
    private final Set<Long> idle = new LinkedHashSet<>();
    private boolean complete;

    RunQueues(Kernel kernel, KernelTypes types, Anomalies anomalies) {
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        taskQueue = types.find("task_struct", "se.cfs_rq");
        queueRq = types.find("cfs_rq", "rq");
        queueGroup = types.find("cfs_rq", "tg");
        groupQueues = types.find("task_group", "cfs_rq");
        rqIdle = types.find("rq", "idle");
        rqCpu = types.find("rq", "cpu");
        runqueues = kernel.symbols().address("runqueues");
        offsets = kernel.symbols().address("__per_cpu_offset");
    }

    /** The idle tasks of all run queues that lead on from these tasks, or have a symbol. */
    Set<Long> idleTasks(Collection<Long> tasks) {
        if (rqIdle.isEmpty()) {
            return idle;
        }
        if (taskQueue.isPresent() && queueRq.isPresent()) {
            for (long task : tasks) {
                try {
                    ofTask(task);
                } catch (MemoryFault e) {
                    anomalies.fault("task_unreadable", task, "task_struct.se.cfs_rq", e);
                }
            }
        }
        if (!complete && runqueues.isPresent() && offsets.isPresent()) {
            ofAll(cpu -> runqueues.getAsLong() + memory.u64(offsets.getAsLong() + 8L * cpu));
        }
        return idle;
    }

    /** Whether these were the run queues of all CPUs that can exist, and not only of some. */
    boolean areComplete() {
        return complete;
    }

    private void ofTask(long task) {
        long queue = memory.pointer(task, taskQueue.orElseThrow());
        if (queue == 0) {
            return; // without CONFIG_FAIR_GROUP_SCHED no task refers to its run queue
        }
        idle.add(memory.pointer(rq(queue), rqIdle.orElseThrow()));
        if (complete || queueGroup.isEmpty() || groupQueues.isEmpty()) {
            return;
        }
        long group = memory.pointer(queue, queueGroup.get());
        if (group != 0 && groups.add(group)) {
            long queues = memory.pointer(group, groupQueues.get());
            ofAll(cpu -> rq(memory.u64(queues + 8L * cpu)));
            if (!complete && offsets.isPresent()) { // where it is a per-CPU pointer
                ofAll(cpu -> rq(queues + memory.u64(offsets.getAsLong() + 8L * cpu)));
            }
        }
    }

    private long rq(long queue) {
        return queue == 0 ? 0 : memory.pointer(queue, queueRq.orElseThrow());
    }

    /** The run queue of a CPU; 0 if there can be no such CPU. */
    private interface OfCpu {
        long rq(int cpu);
    }

    /** A run queue has its CPU's number, by which the end of them is told. */
    private void ofAll(OfCpu queues) {
        if (rqCpu.isEmpty()) {
            return;
        }
        try {
            for (int cpu = 0; cpu < MOST_CPUS; cpu++) {
                long rq = queues.rq(cpu);
                if (rq == 0) {
                    continue;
                }
                if (memory.number(rq, rqCpu.get()) != cpu) {
                    return;
                }
                idle.add(memory.pointer(rq, rqIdle.orElseThrow()));
                complete = true;
            }
        } catch (MemoryFault e) {
            return; // behind the last of them lies anything
        }
    }
}
