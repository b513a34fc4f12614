package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A description of a kernel by which its root table translates the table's own address, and the
 * kernel text's, to where they lie. That much of a kernel outlives it: its image is written over
 * last, so that RAM may hold several, and only what they point to tells which of them runs.
 *
 * @param where the description stands, or what it was learnt from
 * @param learned whether it was learnt from the kernel's data, and is no VMCOREINFO
 */
record ProvedMap(
        Architecture architecture,
        KernelMap map,
        PhysicalMemory memory,
        Vmcoreinfo info,
        String where,
        boolean learned) {
    /** Tries what an architecture makes of a description, with RAM wherever it may begin. */
    static Optional<ProvedMap> of(
            List<Architecture> architectures,
            RamBases bases,
            Vmcoreinfo info,
            String where,
            boolean learned) {
        for (Architecture architecture : architectures) {
            for (KernelMap map : architecture.propose(info)) {
                PhysicalMemory memory = ram(bases, map);
                if (memory != null) {
                    long leaf = KernelMemory.leaf(memory, map.format(), map.rootPa(), map.rootVa());
                    return Optional.of(
                            new ProvedMap(
                                    architecture,
                                    map.with(architecture.learnKernelLeaves(map.format(), leaf)),
                                    memory,
                                    info,
                                    where,
                                    learned));
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable PhysicalMemory ram(RamBases bases, KernelMap map) {
        return bases.under(map).filter(memory -> holds(map, memory)).findFirst().orElse(null);
    }

    /** Whether RAM may lie so: the root translates its own address, and the kernel text's. */
    static boolean holds(KernelMap map, PhysicalMemory memory) {
        return map.rootPa() > 0
                && memory.contains(map.rootPa(), map.format().pageSize())
                && KernelMemory.translate(memory, map.format(), map.rootPa(), map.rootVa())
                        == map.rootPa()
                && KernelMemory.translate(memory, map.format(), map.rootPa(), map.textVa())
                        == map.textVa() - map.imageOffset();
    }

    /** Where the text of its image begins, physical address. */
    long textPa() {
        return map.textVa() - map.imageOffset();
    }

    /** Whether both are of one kernel. */
    boolean isSame(ProvedMap other) {
        return map.rootPa() == other.map.rootPa() && map.rootVa() == other.map.rootVa();
    }
}
