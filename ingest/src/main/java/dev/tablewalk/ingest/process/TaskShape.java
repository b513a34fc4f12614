package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

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

    private static final long PF_EXITING = 0x4;
    private static final long PF_FORKNOEXEC = 0x40;
    private static final long PF_KTHREAD = 0x0020_0000;

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
    private final Field mm;
    private final Field flags;
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
        mm = types.field(task, "mm");
        flags = types.orAbsent(task, "flags");
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

    /**
     * Kernel virtual addresses of the tasks among what a scan found, ascending in PA.
     *
     * @param va of a physical one
     */
    public List<Long> confirmed(StructScan scan, LongUnaryOperator va) {
        return scan.found().stream().map(va::applyAsLong).filter(this::isTask).toList();
    }

    private boolean isTask(long task) {
        try {
            return wrong(task) == null && (pidOf(task) != 0 || mayLackPid(task));
        } catch (MemoryFault e) {
            return false;
        }
    }

    private long pidOf(long task) {
        return kernel.memory().number(task, pid);
    }

    /**
     * Without a pid are the tasks of idle processors, which are the kernel's ({@code fork_idle()}),
     * and a process from which somebody took it.
     */
    private boolean mayLackPid(long task) {
        KernelMemory virtual = kernel.memory();
        return !flags.isKnown()
                || (virtual.number(task, flags) & PF_KTHREAD) != 0
                || virtual.pointer(task, mm) != 0;
    }

    /**
     * What a {@code task_struct} says that cannot be so, in words: its stack is there, and it and
     * its leader say the same. A list may lead to one whose page was lost, or is of another moment.
     *
     * @param task a kernel virtual address
     */
    public Optional<String> contradiction(long task) {
        try {
            String wrong = wrong(task);
            return Optional.ofNullable(wrong == null ? lostMm(task) : wrong);
        } catch (MemoryFault e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable String wrong(long task) {
        KernelMemory virtual = kernel.memory();
        int references = (int) virtual.number(task, usage.orElseThrow());
        if (references <= 0) {
            return references + " references to it";
        }
        long exit = virtual.number(task, exitState);
        if ((exit & ~EXIT_STATES) != 0) {
            return "exit_state is " + exit;
        }
        long stackBase = virtual.pointer(task, stack.orElseThrow());
        if (stackBase == 0 ? exit == 0 : !virtual.readable(stackBase, 8)) {
            return "it has not ended, and its stack is at " + Hex.of(stackBase);
        }
        long leader = virtual.pointer(task, groupLeader);
        if (!virtual.readable(leader, 8) || virtual.pointer(leader, groupLeader) != leader) {
            return "its leader " + Hex.of(leader) + " leads nobody";
        }
        long number = pidOf(task);
        long group = virtual.number(task, tgid);
        if ((leader == task) != (number == group) || virtual.number(leader, pid) != group) {
            return "pid " + number + " and tgid " + group + ", led by " + Hex.of(leader);
        }
        long parent = virtual.pointer(task, realParent);
        return virtual.readable(parent, 8) ? null : "its parent is " + Hex.of(parent);
    }

    /** Where a task's stack begins; 0 if that cannot be told, or it has none any more. */
    long stackOf(long task) {
        return stack.isPresent()
                        && kernel.memory().readable(task + stack.get().offset(), Long.BYTES)
                ? kernel.memory().pointer(task, stack.get())
                : 0;
    }

    /**
     * Whether it should have an address space, and has none: it is no kernel thread, has not begun
     * to end, and is not one that the kernel started to execute a program ({@code
     * user_mode_thread()}) and that has not done so yet. It is a task all the same.
     */
    private @Nullable String lostMm(long task) {
        long exit = kernel.memory().number(task, exitState);
        if (!flags.isKnown() || exit != 0 || kernel.memory().pointer(task, mm) != 0) {
            return null;
        }
        long none = PF_KTHREAD | PF_EXITING | PF_FORKNOEXEC;
        return (kernel.memory().number(task, flags) & none) == 0
                ? "it is no kernel thread and has not ended, and has no mm"
                : null;
    }
}
