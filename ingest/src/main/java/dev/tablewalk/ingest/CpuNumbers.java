package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.process.FoundTask;
import dev.tablewalk.ingest.types.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which processor each set of registers is of. Notes of type {@code NT_PRSTATUS} stand in the order
 * of processors, but one may be missing: of a processor that was offline, or did not answer. What
 * {@code pr_pid} says depends on who wrote it; the stack that a processor was on tells as well.
 */
final class CpuNumbers {
    /** {@code THREAD_SIZE} where the kernel does not describe {@code union thread_union}. */
    private static final int LEAST_STACK = 1 << 14;

    private static final int UNKNOWN = GraphNode.Cpu.UNKNOWN;

    private final List<CpuRegisters> cpus;

    /** Those that are on a processor. */
    private final List<FoundTask> running;

    private final Kernel kernel;

    CpuNumbers(List<CpuRegisters> cpus, Kernel kernel, Collection<FoundTask> tasks) {
        this.cpus = cpus;
        this.kernel = kernel;
        this.running = tasks.stream().filter(task -> task.cpu() >= 0).toList();
    }

    /** Of each, its number, or {@link GraphNode.Cpu#UNKNOWN}. */
    List<Integer> numbers() {
        List<Integer> counted = cpus.stream().map(CpuRegisters::number).toList();
        if (cpus.stream().allMatch(cpu -> cpu.noted() == CpuRegisters.SAID)) {
            return counted;
        }
        List<Integer> byStack = cpus.stream().map(this::byStack).toList();
        List<Integer> byPid = cpus.stream().map(this::byPid).toList();
        boolean pidsHold = agree(byPid, byStack) && isKnown(byPid);
        boolean countHolds = agree(counted, byStack);
        if (countHolds && isNumbered()) {
            // A guest of few processors may run tasks with as small pids: then what both say.
            return pidsHold && !isKnown(byStack) ? both(counted, byPid) : counted;
        }
        if (countHolds && isWhole() && agree(counted, byPid)) {
            return counted;
        }
        return pidsHold ? either(byStack, byPid) : byStack;
    }

    /** As QEMU has it: {@code pr_pid} is the processor's number and one. */
    private boolean isNumbered() {
        return cpus.stream().allMatch(cpu -> cpu.noted() == cpu.number() + 1);
    }

    /** Whether there are as many as processors that run something. */
    private boolean isWhole() {
        return running.stream().map(FoundTask::cpu).collect(Collectors.toSet()).stream()
                .sorted()
                .toList()
                .equals(cpus.stream().map(CpuRegisters::number).toList());
    }

    /**
     * As the kernel has it ({@code crash_save_cpu()}): the task that it ran, if not an idle one.
     */
    private int byPid(CpuRegisters cpu) {
        return cpu.noted() <= 0
                ? UNKNOWN
                : only(running.stream().filter(task -> task.node().pid() == cpu.noted()).toList());
    }

    private int byStack(CpuRegisters cpu) {
        OptionalLong sp = kernel.architecture().stack(cpu.registers());
        Optional<Field> stack = kernel.types().member("task_struct", "stack");
        if (sp.isEmpty() || stack.isEmpty()) {
            return UNKNOWN;
        }
        long at = kernel.map().format().untagged(sp.getAsLong());
        int size = kernel.types().structSize("thread_union").orElse(LEAST_STACK);
        return only(
                running.stream()
                        .filter(task -> isOn(at, stackOf(task, stack.get()), size))
                        .toList());
    }

    private static boolean isOn(long sp, long stack, int size) {
        return stack != 0 && sp - stack > 0 && sp - stack <= size;
    }

    private long stackOf(FoundTask task, Field stack) {
        try {
            return kernel.memory().pointer(task.node().address(), stack);
        } catch (MemoryFault e) {
            return 0;
        }
    }

    private static int only(List<FoundTask> tasks) {
        return tasks.size() == 1 ? tasks.getFirst().cpu() : UNKNOWN;
    }

    private static boolean isKnown(List<Integer> numbers) {
        return numbers.stream().anyMatch(number -> number != UNKNOWN);
    }

    /** Whether none says another number than the other, where both say one. */
    private static boolean agree(List<Integer> one, List<Integer> other) {
        return IntStream.range(0, one.size())
                .allMatch(
                        i ->
                                one.get(i).equals(other.get(i))
                                        || one.get(i) == UNKNOWN
                                        || other.get(i) == UNKNOWN);
    }

    private static List<Integer> both(List<Integer> one, List<Integer> other) {
        List<Integer> both = new ArrayList<>();
        for (int i = 0; i < one.size(); i++) {
            both.add(one.get(i).equals(other.get(i)) ? one.get(i) : UNKNOWN);
        }
        return both;
    }

    private static List<Integer> either(List<Integer> first, List<Integer> second) {
        List<Integer> either = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            either.add(first.get(i) == UNKNOWN ? second.get(i) : first.get(i));
        }
        return either;
    }
}
