package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A description of a kernel by which its root table translates the table's own address, and the
 * kernel text's, to where they lie. That much of a kernel outlives it: its image is written over
 * last, so that RAM may hold several, and only what they point to tells which of them runs.
 *
 * <p>Tables may seem to translate so where RAM is taken to begin elsewhere, when tables of the
 * linear map lie where it would need others; so of several places RAM may begin at, one counts
 * where the image has the kernel's name.
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
                for (Stream<PhysicalMemory> memories : bases.under(architecture, map)) {
                    Stream<ProvedMap> holding =
                            memories.filter(memory -> holds(map, memory))
                                    .map(
                                            m ->
                                                    new ProvedMap(
                                                            architecture,
                                                            map,
                                                            m,
                                                            info,
                                                            where,
                                                            learned))
                                    .flatMap(each -> each.whole().stream());
                    Optional<ProvedMap> proved =
                            Preferred.first(
                                    holding,
                                    each -> learned || isNamed(each.map, each.memory, info));
                    if (proved.isPresent()) {
                        return proved;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * With what its tables tell: how they map the kernel's own, and where the linear map lies, if
     * the description does not say; it must be there.
     */
    private Optional<ProvedMap> whole() {
        long leaf = KernelMemory.leaf(memory, map.format(), map.rootPa(), map.rootVa());
        KernelMap learnt = map.with(architecture.learnKernelLeaves(map.format(), leaf));
        if (map.hasLinear()) {
            return Optional.of(with(learnt));
        }
        long top = memory.ranges().getLast().end();
        List<Long> mapped = List.of(map.rootPa(), textPa());
        return LinearMap.find(
                        memory, map.format(), map.rootPa(), map.linearEnd(), mapped, List.of())
                .map(LinearMap::offset)
                .map(offset -> learnt.withLinear(offset, architecture.linearEnd(map, offset, top)))
                .map(this::with);
    }

    private ProvedMap with(KernelMap known) {
        return new ProvedMap(architecture, known, memory, info, where, learned);
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

    /**
     * Whether the root table that a description tells of is there and holds nothing: a boot loader
     * has loaded the same kernel again, whose root lies in its image and is empty until it runs.
     */
    static boolean isEmptied(List<Architecture> architectures, RamBases bases, Vmcoreinfo info) {
        return architectures.stream()
                .flatMap(architecture -> architecture.propose(info).stream())
                .limit(1)
                .filter(map -> map.rootPa() > 0)
                .anyMatch(
                        map ->
                                bases.holding(map.rootPa())
                                        .limit(1)
                                        .map(RamBases.Ram::memory)
                                        .anyMatch(m -> isEmpty(map, m) && isNamed(map, m, info)));
    }

    /** Whether the image lies where the description says: its name is a constant of it. */
    private static boolean isNamed(KernelMap map, PhysicalMemory memory, Vmcoreinfo info) {
        byte[] release = info.release().getBytes(StandardCharsets.ISO_8859_1);
        long at =
                info.symbol("init_uts_ns").orElse(0)
                        - map.imageOffset()
                        + info.offset("uts_namespace.name").orElse(0)
                        + UtsName.RELEASE_OFFSET;
        byte[] held = new byte[release.length];
        if (held.length == 0 || !memory.contains(at, held.length)) {
            return false;
        }
        memory.read(at, held, 0, held.length);
        return Arrays.equals(held, release);
    }

    private static boolean isEmpty(KernelMap map, PhysicalMemory memory) {
        long[] root = new long[map.format().entries(0)];
        return memory.readTable(map.rootPa(), root, root.length)
                && Arrays.stream(root).allMatch(entry -> entry == 0);
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
