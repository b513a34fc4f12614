package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.TaskBuilder.PidNamespace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes each task's {@code struct pid}, with a number for each namespace it is in, and the
 * namespaces' IDRs: {@code alloc_pid} and {@code attach_pid} of {@code kernel/pid.c}.
 */
final class PidWriter {
    private static final int PIDTYPE_PID = 0;
    private static final int PIDTYPE_SID = 3;
    private static final long PIDNS_ADDING = 0x8000_0000L;

    private final GuestParts parts;
    private final Map<Integer, KernelStruct> tasks;
    private final Map<Integer, Long> proxies;
    private final Map<Integer, Namespace> namespaces = new LinkedHashMap<>();

    /** A namespace with the {@code struct pid}s in it by number. */
    private record Namespace(KernelStruct at, Map<Integer, Long> pids) {}

    /**
     * @param tasks by pid
     * @param proxies addresses of {@code nsproxy}s by their namespaces' numbers
     */
    PidWriter(GuestParts parts, Map<Integer, KernelStruct> tasks, Map<Integer, Long> proxies) {
        this.parts = parts;
        this.tasks = tasks;
        this.proxies = proxies;
    }

    void write() {
        namespace(PidNamespace.INIT);
        parts.wanted().tasks.values().forEach(this::writePid);
        for (Namespace each : namespaces.values()) {
            each.at().set("pid_allocated", each.pids().size() | PIDNS_ADDING);
            KernelStruct array = parts.memory().struct("xarray", each.at().at("idr.idr_rt"));
            XArrayWriter.write(parts.heap(), array, each.pids());
        }
        proxies.forEach(
                (number, proxy) -> {
                    Namespace namespace = namespaces.get(number);
                    if (namespace != null) {
                        parts.memory()
                                .struct("nsproxy", proxy)
                                .set("pid_ns_for_children", namespace.at().va());
                    }
                });
    }

    private Namespace namespace(PidNamespace wanted) {
        Namespace known = namespaces.get(wanted.number());
        if (known != null) {
            return known;
        }
        PidNamespace parent = wanted.parent();
        KernelStruct at =
                parent == null
                        ? parts.memory()
                                .struct("pid_namespace", parts.image().symbol("init_pid_ns"))
                        : parts.heap()
                                .struct("pid_namespace")
                                .set("level", wanted.level())
                                .set("parent", namespace(parent).at().va());
        Namespace made = new Namespace(at, new LinkedHashMap<>());
        namespaces.put(wanted.number(), made);
        return made;
    }

    private void writePid(TaskBuilder wanted) {
        KernelMemory memory = parts.memory();
        List<PidNamespace> chain = new ArrayList<>();
        for (PidNamespace n = wanted.namespace; n != null; n = n.parent()) {
            chain.addFirst(n);
        }
        int upid = memory.types().struct("upid").size();
        CType.Aggregate layout = memory.types().struct("pid");
        int size = layout.size() + (chain.size() - 1) * upid;
        KernelStruct pid = memory.struct("pid", parts.heap().allocate(size, layout.align()));
        pid.set("count.refs.counter", 1).set("level", wanted.namespace.level());
        KernelStruct task = task(wanted.pid);
        for (PidNamespace each : chain) {
            Namespace namespace = namespace(each);
            int number = each.level() == 0 ? wanted.pid : namespace.pids().size() + 1;
            memory.struct("upid", pid.at("numbers") + (long) each.level() * upid)
                    .set("nr", number)
                    .set("ns", namespace.at().va());
            namespace.pids().put(number, pid.va());
            if (number == 1) {
                namespace.at().set("child_reaper", task.va());
            }
        }
        task.set("thread_pid", pid.va());
        attach(wanted, task, pid);
    }

    /** A leader is its process's, its group's and its session's leader. */
    private void attach(TaskBuilder wanted, KernelStruct task, KernelStruct pid) {
        boolean leader = wanted.pid == wanted.tgid;
        for (int type = PIDTYPE_PID; type <= (leader ? PIDTYPE_SID : PIDTYPE_PID); type++) {
            long node = task.at("pid_links") + 16L * type;
            pid.setElement("tasks", type, node);
            parts.memory().putU64(node + 8, pid.at("tasks") + 8L * type);
            if (type != PIDTYPE_PID) {
                KernelStruct signal = parts.memory().struct("signal_struct", task.get("signal"));
                signal.setElement("pids", type, pid.va());
            }
        }
    }

    private KernelStruct task(int pid) {
        KernelStruct task = tasks.get(pid);
        if (task == null) {
            throw new IllegalArgumentException("no task " + pid);
        }
        return task;
    }
}
