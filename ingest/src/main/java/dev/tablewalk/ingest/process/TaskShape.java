package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import java.util.List;
import java.util.Optional;

/**
 * Tells a {@code task_struct} in use from everything else by its shape, whatever lists it is in or
 * not. One that was freed has no references: {@code put_task_struct()}. One that has ended has no
 * stack: {@code release_task_stack()}.
 */
public final class TaskShape {
    private static final int MOST_REFERENCES = 1 << 20;

    /** {@code MAX_PRIO}; -1 is a deadline task's. */
    private static final int MOST_PRIO = 140;

    private static final int MOST_PIDS = 4 << 20;

    /** {@code EXIT_DEAD | EXIT_ZOMBIE}; there are no other bits. */
    private static final long EXIT_STATES = 0x30;

    private final Kernel kernel;
    private final PhysicalMemory memory;
    private final Optional<Field> usage;
    private final Optional<Field> stack;
    private final Optional<Field> prio;
    private final Field pid;
    private final Field tgid;
    private final Field comm;
    private final Field realParent;
    private final Field exitState;
    private final Field groupLeader;
    private final PointerRange objects;
    private final PointerRange stacks;

    public TaskShape(Kernel kernel, Anomalies anomalies) {
        this.kernel = kernel;
        this.memory = kernel.memory().physical();
        KernelTypes types = new KernelTypes(kernel.types(), anomalies);
        String task = "task_struct";
        usage = types.find(task, "usage.refs.counter", "usage.counter");
        stack = types.find(task, "stack"); // with CONFIG_THREAD_INFO_IN_TASK the same
        prio = types.find(task, "static_prio");
        pid = types.field(task, "pid");
        tgid = types.field(task, "tgid");
        comm = types.field(task, "comm");
        realParent = types.orAbsent(task, "real_parent");
        groupLeader = types.orAbsent(task, "group_leader");
        exitState = types.orAbsent(task, "exit_state");
        long start = kernel.map().linearStart();
        PageTableFormat format = kernel.map().format();
        objects = new PointerRange(format, start, 0, StructScan.ALIGNMENT);
        stacks = new PointerRange(format, start, 0, format.pageSize());
    }

    /** Whether the kernel describes what the shape is told by. */
    public boolean isKnown() {
        return usage.isPresent()
                && stack.isPresent()
                && prio.isPresent()
                && realParent.isKnown()
                && groupLeader.isKnown()
                && groupLeader.offset() % 8 == 0;
    }

    /** Finds those that may be tasks; {@link #confirmed} tells which are. */
    public StructScan scan() {
        return new StructScan(groupLeader.offset(), objects, this::mayBeTask);
    }

    private boolean mayBeTask(long pa) {
        try {
            long base = memory.u64(pa + stack.orElseThrow().offset());
            if (base != 0 && !stacks.holds(base)) {
                return false;
            }
            int references = memory.u32(pa + usage.orElseThrow().offset());
            int priority = memory.u32(pa + prio.orElseThrow().offset());
            return references > 0
                    && references < MOST_REFERENCES
                    && priority >= -1
                    && priority <= MOST_PRIO
                    && isPid(memory.u32(pa + pid.offset()))
                    && isPid(memory.u32(pa + tgid.offset()))
                    && objects.holds(memory.u64(pa + realParent.offset()))
                    && endsInComm(pa + comm.offset());
        } catch (MemoryFault e) {
            return false;
        }
    }

    private static boolean isPid(int number) {
        return number >= 0 && number <= MOST_PIDS;
    }

    private boolean endsInComm(long pa) {
        return memory.u8(pa + comm.size() - 1) == 0;
    }

    /** Kernel virtual addresses of the tasks among what a scan found, ascending in PA. */
    public List<Long> confirmed(StructScan scan) {
        return scan.found().stream().map(kernel::va).filter(this::isTask).toList();
    }

    private boolean isTask(long task) {
        try {
            return agrees(task);
        } catch (MemoryFault e) {
            return false;
        }
    }

    /** Whether its stack is there, and it and its leader say the same. */
    private boolean agrees(long task) {
        KernelMemory virtual = kernel.memory();
        long leader = virtual.pointer(task, groupLeader);
        long parent = virtual.pointer(task, realParent);
        boolean leads = leader == task;
        long stackBase = virtual.pointer(task, stack.orElseThrow());
        boolean sameNumber = virtual.number(task, pid) == virtual.number(task, tgid);
        long exit = virtual.number(task, exitState);
        boolean ended = exit != 0;
        return (exit & ~EXIT_STATES) == 0
                && (stackBase == 0 ? ended : virtual.readable(stackBase, 8))
                && virtual.readable(leader, 8)
                && virtual.pointer(leader, groupLeader) == leader
                && virtual.readable(parent, 8)
                && leads == sameNumber
                && virtual.number(leader, pid) == virtual.number(task, tgid);
    }
}
