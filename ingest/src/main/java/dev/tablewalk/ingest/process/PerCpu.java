package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far each CPU's own memory lies from where the kernel's image has it: {@code __per_cpu_offset}
 * of all CPUs that are possible. Areas lie in any order: those of each NUMA node on that node.
 */
final class PerCpu {
    private static final int MOST_CPUS = 8192;

    private PerCpu() {}

    /** The offsets, by ascending number of the CPU; empty if they cannot be told. */
    static List<Long> offsets(Kernel kernel) {
        OptionalLong array = kernel.symbols().address("__per_cpu_offset");
        OptionalLong possible = kernel.symbols().address("__cpu_possible_mask");
        int bytes = kernel.types().structSize("cpumask").orElse(0);
        List<Long> offsets = new ArrayList<>();
        if (array.isEmpty() || possible.isEmpty() || bytes > MOST_CPUS / 8) {
            return List.of();
        }
        KernelMemory memory = kernel.memory();
        try {
            for (int cpu = 0; cpu < 8 * bytes; cpu++) {
                int eight = memory.u8(possible.getAsLong() + cpu / 8);
                if ((eight >>> (cpu % 8) & 1) != 0) {
                    offsets.add(memory.u64(array.getAsLong() + 8L * cpu));
                }
            }
            return List.copyOf(offsets);
        } catch (MemoryFault e) {
            return List.of();
        }
    }
}
