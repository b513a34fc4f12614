package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The kernel's own tables of pids: the IDR of each pid namespace, {@code include/linux/pid.h} and
 * {@code pid_namespace.h}. A namespace is known by the tasks that live in it.
 */
final class PidTables {
    /** {@code MAX_PID_NS_LEVEL}. */
    private static final int MOST_LEVELS = 32;

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final XArray array;
    private final Optional<Field> threadPid;
    private final Optional<Field> pidLinks;
    private final Optional<Field> pidTasks;
    private final Optional<Field> numbers;
    private final Optional<Field> level;
    private final Optional<Field> namespace;
    private final Optional<Field> idr;
    private final Optional<Field> number;
    private final int upidSize;

    private final Set<Long> read = new HashSet<>();

    PidTables(Kernel kernel, KernelTypes types, Anomalies anomalies) {
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        array = new XArray(memory, types, anomalies);
        threadPid = types.find("task_struct", "thread_pid"); // commit 2c4704756cab
        pidLinks = types.find("task_struct", "pid_links");
        pidTasks = types.find("pid", "tasks");
        numbers = types.find("pid", "numbers");
        level = types.find("pid", "level");
        namespace = types.find("upid", "ns");
        number = types.find("upid", "nr");
        idr = types.find("pid_namespace", "idr.idr_rt"); // commit 95846ecf9dac
        upidSize = types.info().structSize("upid").orElse(0);
    }

    /** Whether the kernel describes what is needed. */
    boolean isKnown() {
        return array.isKnown()
                && threadPid.isPresent()
                && pidLinks.isPresent()
                && pidTasks.isPresent()
                && numbers.isPresent()
                && level.isPresent()
                && namespace.isPresent()
                && idr.isPresent()
                && upidSize > 0;
    }

    /** Tells, where it is not, what is missing for that. */
    void tellUnknown() {
        if (!isKnown()) {
            anomalies.add(
                    "pids_unread",
                    0,
                    "pid_namespace.idr",
                    "pids: what their tables are made of is not described, so tasks are missing"
                            + " that neither a list leads to nor a scan finds");
        }
    }

    /** Whether any namespace could be read. */
    boolean hasRead() {
        return !read.isEmpty();
    }

    /** Visits the tasks of all namespaces that this one lives in and that were not read before. */
    void forEachBeside(long task, LongConsumer found) {
        try {
            long pid = memory.pointer(task, threadPid.orElseThrow());
            if (pid == 0) {
                return; // reaped, or an idle task
            }
            long deepest = memory.number(pid, level.orElseThrow());
            for (int i = 0; i <= Math.min(deepest, MOST_LEVELS); i++) {
                long upid = pid + numbers.orElseThrow().offset() + (long) i * upidSize;
                long ns = memory.pointer(upid, namespace.orElseThrow());
                if (ns != 0 && read.add(ns)) {
                    array.forEach(
                            "pids",
                            ns + idr.orElseThrow().offset(),
                            (number, p) -> taskOf(ns, number, p, found));
                }
            }
        } catch (MemoryFault e) {
            anomalies.fault("task_unreadable", task, "task_struct.thread_pid", e);
        }
    }

    /** {@code pid_task(pid, PIDTYPE_PID)}: a pid that is only a group's or session's has none. */
    private void taskOf(long ns, long index, long pid, LongConsumer found) {
        try {
            if (!isOf(ns, index, pid)) {
                anomalies.add(
                        "pid_unreadable",
                        pid,
                        "pid.numbers",
                        "pid " + index + ": its struct has another number, or none");
                return;
            }
            long link = memory.pointer(pid + pidTasks.orElseThrow().offset());
            if (link != 0) {
                found.accept(link - pidLinks.orElseThrow().offset());
            }
        } catch (MemoryFault e) {
            anomalies.add(
                    "pid_unreadable", pid, "pid.tasks", "pid " + index + ": " + e.getMessage());
        }
    }

    /** Whether it has that number in that namespace. */
    private boolean isOf(long ns, long index, long pid) {
        long deepest = memory.number(pid, level.orElseThrow());
        for (int i = 0; i <= Math.min(deepest, MOST_LEVELS); i++) {
            long upid = pid + numbers.orElseThrow().offset() + (long) i * upidSize;
            if (memory.pointer(upid, namespace.orElseThrow()) == ns) {
                return number.isEmpty() || memory.number(upid, number.get()) == index;
            }
        }
        return false;
    }
}
