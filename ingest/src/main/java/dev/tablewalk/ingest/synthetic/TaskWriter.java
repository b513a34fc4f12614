package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes tasks and links them as {@code copy_process} does: leaders in {@code tasks}, threads in
 * {@code signal->thread_head}, children in {@code children}, all in the pid IDR.
 */
final class TaskWriter {
    private static final int PF_IDLE = 0x2;
    private static final int PF_KTHREAD = 0x0020_0000;
    private static final int PF_RANDOMIZE = 0x0040_0000;
    private static final int PF_EXITING = 0x4;
    private static final int PF_FORKNOEXEC = 0x40;
    private static final int EXIT_DEAD = 0x10;
    private static final int EXIT_ZOMBIE = 0x20;
    private static final int TASK_DEAD = 0x80;
    private static final long LIST_POISON2 = 0xdead_0000_0000_0122L;
    private static final int DEFAULT_PRIO = 120;
    private static final int COMM_MAX = 15;

    private final GuestParts parts;
    private final Map<Integer, Long> mms;
    private final Map<Integer, KernelStruct> structs = new LinkedHashMap<>();
    private final Map<Integer, KernelStruct> signals = new HashMap<>();
    private final Map<Integer, KernelStruct> sighands = new HashMap<>();
    private final Map<Integer, Long> proxies = new HashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Long> freed = new ArrayList<>();
    private final List<Long> queues = new ArrayList<>();
    private @Nullable KernelStruct group;

    /**
     * @param mms addresses of the {@code mm_struct}s written before, by their owners' pids
     */
    TaskWriter(GuestParts parts, Map<Integer, Long> mms) {
        this.parts = parts;
        this.mms = mms;
    }

    List<Task> write() {
        int possible = parts.wanted().cpus + parts.wanted().cpusDown;
        group = parts.heap().struct("task_group");
        group.set("cfs_rq", parts.heap().allocate(8 * possible, 8));
        for (int cpu = 0; cpu < possible; cpu++) {
            writeIdle(cpu);
        }
        parts.wanted().tasks.values().forEach(this::writeTask);
        link();
        new PidWriter(parts, structs, proxies).write();
        parts.wanted().freedTasks.forEach(this::writeFreed);
        return tasks;
    }

    private void writeIdle(int cpu) {
        KernelImage image = parts.image();
        KernelStruct task =
                cpu == 0
                        ? parts.memory().struct("task_struct", image.symbol("init_task"))
                        : parts.heap().struct("task_struct");
        KernelStruct signal =
                cpu == 0
                        ? parts.memory().struct("signal_struct", image.symbol("init_signals"))
                        : parts.heap().struct("signal_struct");
        long initTask = image.symbol("init_task");
        String comm = "swapper/" + cpu;
        task.set("flags", PF_IDLE | PF_KTHREAD).text("comm", comm).set("usage.refs.counter", 2);
        task.set("real_parent", initTask).set("parent", initTask);
        task.set("group_leader", task.va()).set("signal", signal.va());
        task.set("active_mm", image.symbol("init_mm")).set(cpuMember(), cpu);
        task.set("cred", image.symbol("init_cred")).set("real_cred", image.symbol("init_cred"));
        task.set("fs", image.symbol("init_fs")).set("thread_pid", image.symbol("init_struct_pid"));
        task.set("sighand", image.symbol("init_sighand"));
        task.set("nsproxy", image.symbol("init_nsproxy"));
        task.set("stack", cpu == 0 ? image.symbol("init_stack") : parts.stacks().allocate());
        task.set("stack_refcount.refs.counter", 1);
        task.set("sched_class", image.symbol("idle_sched_class"));
        setPriority(task);
        signal.set("nr_threads", 1).set("live.counter", 1).set("sigcnt.refs.counter", 1);
        parts.memory().link(List.of(signal.at("thread_head"), task.at("thread_node")));
        parts.memory().link(List.of(task.at("children")));
        parts.memory().link(List.of(task.at("sibling")));
        parts.memory().link(List.of(task.at("tasks")));
        if (cpu == 0) {
            structs.put(0, task);
        }
        writeRunQueue(cpu, task);
        tasks.add(new Task(task.va(), 0, 0, 0, comm, comm, "R", true, 0, 0, 0, 0));
    }

    /**
     * What {@code free_task} leaves: {@code stack} is gone, and who it pointed to is still there.
     */
    private void writeFreed(int pid, String comm) {
        KernelStruct init = struct(0);
        KernelStruct task = parts.heap().struct("task_struct");
        setPriority(task);
        task.set("pid", pid).set("tgid", pid).text("comm", comm).set("flags", PF_EXITING);
        task.set("exit_state", EXIT_DEAD).set("__state", TASK_DEAD);
        task.set("real_parent", init.va()).set("parent", init.va());
        task.set("group_leader", task.va()).set("real_cred", init.get("real_cred"));
        task.set("tasks.next", init.at("tasks")).set("tasks.prev", LIST_POISON2);
        for (String list : List.of("children", "sibling", "thread_node")) {
            parts.memory().link(List.of(task.at(list)));
        }
        freed.add(task.va());
    }

    /** Addresses of those that were freed. */
    List<Long> freed() {
        return freed;
    }

    private String cpuMember() {
        return parts.wanted().cpuInTask ? "cpu" : "thread_info.cpu";
    }

    /** {@code per_cpu(runqueues, cpu)}: the symbol's address moved by the CPU's offset. */
    private void writeRunQueue(int cpu, KernelStruct idle) {
        KernelStruct rq = parts.heap().struct("rq");
        rq.set("idle", idle.va()).set("curr", idle.va()).set("cpu", cpu);
        if (cpu < parts.wanted().cpus) {
            queues.add(rq.at("cfs"));
        }
        if (parts.wanted().groupScheduling && group != null) {
            rq.set("cfs.rq", rq.va()).set("cfs.tg", group.va());
            parts.memory().putU64(group.get("cfs_rq") + 8L * cpu, rq.at("cfs"));
            idle.set("se.cfs_rq", rq.at("cfs"));
        }
        long offset = rq.va() - parts.image().symbol("runqueues");
        parts.memory().putU64(parts.image().symbol("__per_cpu_offset") + 8L * cpu, offset);
    }

    private void writeTask(TaskBuilder wanted) {
        KernelStruct task = parts.heap().struct("task_struct");
        structs.put(wanted.pid, task);
        TaskBuilder leader = parts.wanted().task(wanted.tgid);
        MmBuilder mm = leader.state.equals("Z") ? null : leader.mm;
        long mmAddress = mm == null ? 0 : mms.getOrDefault(mm.owner, 0L);
        String comm =
                wanted.name.length() <= COMM_MAX ? wanted.name : wanted.name.substring(0, COMM_MAX);
        KernelStruct signal =
                signals.computeIfAbsent(wanted.tgid, _ -> parts.heap().struct("signal_struct"));
        KernelStruct cred = parts.heap().struct("cred").set("usage.counter", 1);
        for (String id : List.of("uid.val", "gid.val", "suid.val", "euid.val", "fsuid.val")) {
            cred.set(id, wanted.uid);
        }
        task.set("pid", wanted.pid).set("tgid", wanted.tgid).text("comm", comm);
        // Without memory of its own it is one that the kernel started, before its first execve().
        int process = mmAddress == 0 ? PF_RANDOMIZE | PF_FORKNOEXEC : PF_RANDOMIZE;
        task.set("flags", wanted.kthread ? PF_KTHREAD : process);
        task.set("usage.refs.counter", 1).set("__state", state(wanted.state));
        task.set("exit_state", wanted.state.equals("Z") ? EXIT_ZOMBIE : 0);
        task.set("mm", mmAddress).set("active_mm", mmAddress);
        task.set("cred", cred.va()).set("real_cred", cred.va());
        if (mms.containsKey(wanted.pid)) {
            parts.memory()
                    .struct("mm_struct", mms.getOrDefault(wanted.pid, 0L))
                    .set("owner", task.va());
        }
        int cpu = structs.size() % queues.size();
        task.set(cpuMember(), cpu);
        task.set("sched_class", parts.image().symbol("fair_sched_class"));
        if (parts.wanted().groupScheduling) {
            task.set("se.cfs_rq", queues.get(cpu));
        }
        task.set("fs", wanted.kthread ? parts.image().symbol("init_fs") : fs());
        if (!wanted.state.equals("Z")) {
            // What has ended gave its stack back when it was last switched from.
            task.set("stack", parts.stacks().allocate()).set("stack_refcount.refs.counter", 1);
        }
        setPriority(task);
        task.set("sighand", sighand(wanted.tgid)).set("nsproxy", namespaces(wanted));
        task.set("signal", signal.va()).set("start_time", wanted.startTime);
        task.set("start_boottime", wanted.startTime).set("self_exec_id", wanted.execId);
        if (wanted.kthread && parts.era() != KernelEra.LINUX_5_15) {
            // Since 5.17 a kernel thread's whole name is kept here.
            KernelStruct kthread = parts.heap().struct("kthread");
            kthread.set(
                    "full_name", comm.equals(wanted.name) ? 0 : parts.heap().string(wanted.name));
            task.set("worker_private", kthread.va());
        }
        boolean whole = wanted.kthread && parts.era() != KernelEra.LINUX_5_15;
        tasks.add(
                new Task(
                        task.va(),
                        wanted.pid,
                        wanted.tgid,
                        wanted.parent,
                        comm,
                        whole ? wanted.name : comm,
                        wanted.state,
                        wanted.kthread,
                        wanted.uid,
                        wanted.startTime,
                        wanted.execId,
                        mmAddress));
    }

    private static void setPriority(KernelStruct task) {
        for (String member : List.of("prio", "static_prio", "normal_prio")) {
            task.set(member, DEFAULT_PRIO);
        }
    }

    private long sighand(int tgid) {
        return sighands.computeIfAbsent(
                        tgid,
                        _ -> parts.heap().struct("sighand_struct").set("count.refs.counter", 1))
                .va();
    }

    private long namespaces(TaskBuilder wanted) {
        if (wanted.state.equals("Z")) {
            return 0;
        }
        return proxies.computeIfAbsent(
                wanted.namespace.number(),
                number -> number == 0 ? parts.image().symbol("init_nsproxy") : proxy());
    }

    private long proxy() {
        KernelStruct proxy = parts.heap().struct("nsproxy").set("count.refs.counter", 1);
        return proxy.set("uts_ns", parts.image().symbol("init_uts_ns")).va();
    }

    private long fs() {
        KernelStruct fs = parts.heap().struct("fs_struct");
        parts.files().fsStruct(fs);
        return fs.va();
    }

    /** {@code task_struct.__state}: {@code TASK_} bits of {@code linux/sched.h}. */
    private static int state(String letter) {
        return switch (letter) {
            case "R" -> 0;
            case "S" -> 1;
            case "D" -> 2;
            case "T" -> 4;
            case "I" -> 0x402;
            case "Z" -> 0x80;
            default -> throw new IllegalArgumentException("no task state " + letter);
        };
    }

    private KernelStruct struct(int pid) {
        KernelStruct task = structs.get(pid);
        if (task == null) {
            throw new IllegalArgumentException("no task " + pid);
        }
        return task;
    }

    private void link() {
        List<Long> leaders = new ArrayList<>();
        leaders.add(struct(0).at("tasks"));
        Map<Integer, List<Long>> children = new LinkedHashMap<>();
        Map<Integer, List<Long>> threads = new LinkedHashMap<>();
        structs.forEach((pid, task) -> children.put(pid, listOf(task.at("children"))));
        signals.forEach((tgid, signal) -> threads.put(tgid, listOf(signal.at("thread_head"))));
        for (TaskBuilder wanted : parts.wanted().tasks.values()) {
            KernelStruct task = struct(wanted.pid);
            KernelStruct parent = struct(wanted.parent);
            task.set("real_parent", parent.va()).set("parent", parent.va());
            task.set("group_leader", struct(wanted.tgid).va());
            threads.computeIfAbsent(wanted.tgid, _ -> listOf()).add(task.at("thread_node"));
            if (wanted.pid == wanted.tgid) {
                leaders.add(task.at("tasks"));
                children.computeIfAbsent(wanted.parent, _ -> listOf()).add(task.at("sibling"));
            } else {
                parts.memory().link(List.of(task.at("sibling")));
            }
        }
        parts.memory().link(leaders);
        children.values().forEach(parts.memory()::link);
        threads.values().forEach(parts.memory()::link);
        signals.forEach(
                (tgid, signal) -> {
                    int count = threads.getOrDefault(tgid, List.of()).size() - 1;
                    signal.set("nr_threads", count).set("live.counter", count);
                });
    }

    private static List<Long> listOf(Long... first) {
        return new ArrayList<>(List.of(first));
    }
}
