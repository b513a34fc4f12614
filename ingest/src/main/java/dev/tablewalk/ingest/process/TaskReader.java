package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one {@code task_struct}. */
final class TaskReader {
    private static final int PF_KTHREAD = 0x0020_0000;

    /** {@code PID_MAX_LIMIT}, {@code include/linux/threads.h}. */
    private static final int MOST_PIDS = 4 << 20;

    private static final int MOST_NAME = 64;

    private final KernelMemory memory;
    private final long initTask;
    private final Field pid;
    private final Field tgid;
    private final Field comm;
    private final Field state;
    private final Field exitState;
    private final Field flags;
    private final Field startTime;
    private final Field mm;
    private final Field activeMm;
    private final Field realParent;
    private final Field groupLeader;
    private final Optional<Field> execId;
    private final Optional<Field> cred;
    private final Optional<Field> uid;
    private final Optional<Field> credUsage;
    private final Optional<Field> credUser;
    private final Optional<Field> userUid;
    private final Optional<Field> kthread;
    private final Optional<Field> fullName;
    private final Optional<Field> onCpu;
    private final List<Field> cpuFields;
    private Optional<Field> cpu;
    private final Optional<Field> switchedOut;
    private final Optional<Field> preempted;

    TaskReader(KernelMemory memory, KernelTypes types, long initTask) {
        this.memory = memory;
        this.initTask = initTask;
        String task = "task_struct";
        pid = types.field(task, "pid");
        tgid = types.field(task, "tgid");
        comm = types.field(task, "comm");
        state = types.orAbsent(task, "__state", "state"); // commit 2f064a59a11f
        exitState = types.orAbsent(task, "exit_state");
        flags = types.orAbsent(task, "flags");
        startTime = types.orAbsent(task, "start_time");
        mm = types.field(task, "mm");
        activeMm = types.orAbsent(task, "active_mm");
        realParent = types.orAbsent(task, "real_parent");
        groupLeader = types.orAbsent(task, "group_leader");
        // Grows by one with each exec: begin_new_exec(), before 5.8 setup_new_exec(), in fs/exec.c.
        // A u32 until 5.7 (commit d1e7fd6462ca).
        execId = types.find(task, "self_exec_id");
        cred = types.find(task, "real_cred");
        uid = types.find("cred", "uid.val");
        credUsage = types.find("cred", "usage.counter");
        credUser = types.find("cred", "user");
        userUid = types.find("user_struct", "uid.val");
        kthread = types.find(task, "worker_private", "set_child_tid"); // commit e32cf5dfbe22
        fullName = types.find("kthread", "full_name"); // commit d6986ce24fc0
        onCpu = types.find(task, "on_cpu");
        cpuFields =
                Stream.of("thread_info.cpu", "cpu") // commit bcf9033e5449
                        .flatMap(name -> types.find(task, name).stream())
                        .toList();
        cpu = cpuFields.stream().findFirst();
        switchedOut = types.find(task, "nvcsw");
        preempted = types.find(task, "nivcsw");
    }

    /**
     * Learns where a task's CPU is kept. Kernels to which the newer place was brought back keep the
     * older one as well, for modules that were built before, and one of the two is zero in all.
     *
     * @param tasks all that were found
     */
    void learnCpu(Collection<Long> tasks) {
        cpu =
                cpuFields.stream()
                        .filter(field -> tasks.stream().anyMatch(task -> isSet(task, field)))
                        .findFirst()
                        .or(() -> cpuFields.stream().findFirst());
    }

    private boolean isSet(long task, Field field) {
        return memory.readable(task + field.offset(), field.size())
                && memory.number(task, field) != 0;
    }

    /**
     * @throws MemoryFault if a part of it cannot be read
     * @throws NotATask if what is read cannot be a task's
     */
    FoundTask read(long task, boolean idle, List<String> foundBy) {
        int number = (int) memory.number(task, pid);
        int group = (int) memory.number(task, tgid);
        if (number < 0 || number > MOST_PIDS || group < 0 || group > MOST_PIDS) {
            throw new NotATask("pid " + number + ", tgid " + group);
        }
        long flagBits = memory.number(task, flags);
        boolean kernelThread = (flagBits & PF_KTHREAD) != 0;
        String shortName = memory.text(task + comm.offset(), comm.size());
        int exit = (int) memory.number(task, exitState);
        int lastCpu = cpu.isEmpty() ? -1 : (int) memory.number(task, cpu.get());
        GraphNode.Task node =
                new GraphNode.Task(
                        task,
                        number,
                        group,
                        shortName,
                        kernelThread && !idle ? fullName(task, shortName) : shortName,
                        stateLetter(memory.number(task, state), exit),
                        kernelThread,
                        idle,
                        flagBits,
                        memory.number(task, startTime),
                        uid(task),
                        exit,
                        execId.isEmpty() ? -1 : memory.number(task, execId.get()),
                        lastCpu,
                        contextSwitches(task),
                        foundBy);
        return new FoundTask(
                node,
                memory.pointer(task, mm),
                memory.pointer(task, activeMm),
                memory.pointer(task, realParent),
                memory.pointer(task, groupLeader),
                onCpu.isPresent() && memory.number(task, onCpu.get()) == 1 ? lastCpu : -1);
    }

    private long contextSwitches(long task) {
        return switchedOut.isEmpty() || preempted.isEmpty()
                ? -1
                : memory.number(task, switchedOut.get()) + memory.number(task, preempted.get());
    }

    /**
     * Kernel threads may have a longer name than {@code comm} holds: {@code get_kthread_comm()}.
     */
    private String fullName(long task, String shortName) {
        if (kthread.isEmpty() || fullName.isEmpty()) {
            return shortName;
        }
        try {
            long private_ = memory.pointer(task, kthread.get());
            long name = private_ == 0 ? 0 : memory.pointer(private_, fullName.get());
            String full = name == 0 ? shortName : memory.text(name, MOST_NAME - 1);
            // It is what comm was cut from, or it is not its name.
            return full.startsWith(shortName) ? full : shortName;
        } catch (MemoryFault e) {
            return shortName;
        }
    }

    private long uid(long task) {
        if (cred.isEmpty() || uid.isEmpty() || tornCred(task).isPresent()) {
            return -1;
        }
        try {
            return memory.number(memory.pointer(task, cred.get()), uid.get());
        } catch (MemoryFault e) {
            return -1;
        }
    }

    /**
     * What a task's credentials say that cannot be so, in words. Each is counted as long as a task
     * has it, and belongs to the user whose real uid it has: {@code set_cred_user()}. Of the first
     * task's, which is never freed, the count need not be kept.
     */
    Optional<String> tornCred(long task) {
        if (cred.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        try {
            long of = memory.pointer(task, cred.get());
            long real = memory.number(of, uid.get());
            if (credUsage.isPresent()
                    && of != memory.pointer(initTask, cred.get())
                    && memory.number(of, credUsage.get()) <= 0) {
                return Optional.of("its credentials " + Hex.of(of) + " are nobody's");
            }
            if (credUser.isPresent() && userUid.isPresent()) {
                long owner = memory.number(memory.pointer(of, credUser.get()), userUid.get());
                return owner == real
                        ? Optional.empty()
                        : Optional.of("uid " + real + " with the counters of user " + owner);
            }
            return Optional.empty();
        } catch (MemoryFault e) {
            return Optional.of("its credentials: " + e.getMessage());
        }
    }

    /**
     * Whether its credentials are in the image and cannot be a task's: then one that a scan alone
     * knows is left of an earlier boot.
     */
    boolean isLeft(long task) {
        if (cred.isEmpty() || !memory.readable(task + cred.get().offset(), Long.BYTES)) {
            return false;
        }
        long of = memory.pointer(task, cred.get());
        return memory.readable(of, 1) && tornCred(task).isPresent();
    }

    /** {@code task_state_to_char()}, {@code include/linux/sched.h}. */
    private static String stateLetter(long state, int exitState) {
        int bits = (int) (state | exitState);
        int noLoad = 0x400;
        if ((state & (noLoad | 2)) == (noLoad | 2)) {
            return "I";
        }
        int reported = bits & 0x7f;
        return String.valueOf("RSDTtXZP".charAt(32 - Integer.numberOfLeadingZeros(reported)));
    }
}
