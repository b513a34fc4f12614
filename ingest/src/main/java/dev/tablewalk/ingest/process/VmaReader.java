package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one {@code vm_area_struct}, and names it as {@code fs/proc/task_mmu.c} does. */
final class VmaReader {
    /** {@code ANON_VMA_NAME_MAX_LEN}. */
    private static final int MOST_NAME = 80;

    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Paths paths;
    private final BackingReader backings;
    private final Field start;
    private final Field end;
    private final Field flags;
    private final Field pageProt;
    private final Field pgoff;
    private final Field file;
    private final Field owner;
    private final Field operations;
    private final Field privateData;
    private final Optional<Field> next;
    private final Optional<Field> anonName;
    private final boolean anonNameShared;
    private final Optional<Field> anonNameText;
    private final Optional<Field> specialName;
    private final Field startBrk;
    private final Field brk;
    private final Field startStack;

    VmaReader(KernelMemory memory, KernelTypes types, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
        this.paths = new Paths(memory, types);
        this.backings = new BackingReader(memory, types);
        String vma = "vm_area_struct";
        start = types.field(vma, "vm_start");
        end = types.field(vma, "vm_end");
        flags = types.orAbsent(vma, "vm_flags");
        pageProt = types.orAbsent(vma, "vm_page_prot");
        pgoff = types.orAbsent(vma, "vm_pgoff");
        file = types.orAbsent(vma, "vm_file");
        owner = types.orAbsent(vma, "vm_mm");
        operations = types.orAbsent(vma, "vm_ops");
        privateData = types.orAbsent(vma, "vm_private_data");
        next = types.find(vma, "vm_next"); // gone with commit 763ecb035029
        anonName = types.find(vma, "anon_name"); // commit 9a10064f5625
        // At first it shared its place with the links of file mappings.
        anonNameShared =
                anonName.isPresent()
                        && types.find(vma, "shared")
                                .filter(
                                        s ->
                                                anonName.get().offset() >= s.offset()
                                                        && anonName.get().offset()
                                                                < s.offset() + s.size())
                                .isPresent();
        anonNameText = types.find("anon_vma_name", "name");
        specialName = types.find("vm_special_mapping", "name");
        startBrk = types.orAbsent("mm_struct", "start_brk");
        brk = types.orAbsent("mm_struct", "brk");
        startStack = types.orAbsent("mm_struct", "start_stack");
    }

    /** The list of older kernels, by {@code vm_next}. */
    void readList(long mm, long first, List<FoundVma> into) {
        Set<Long> seen = new HashSet<>();
        long vma = first;
        while (vma != 0 && next.isPresent()) {
            if (!seen.add(vma)) {
                anomalies.add(
                        "vma_list_loop", vma, "vm_area_struct.vm_next", "of mm " + Hex.of(mm));
                return;
            }
            Optional<FoundVma> found = read(mm, vma, 0, 0);
            found.ifPresent(into::add);
            try {
                vma = memory.pointer(vma, next.get());
            } catch (MemoryFault e) {
                anomalies.fault("vma_unreadable", vma, "vm_area_struct.vm_next", e);
                return;
            }
        }
    }

    /**
     * Reads one.
     *
     * @param from where the tree says that it starts; with {@code to}, 0 if nothing says so
     * @return empty if it is no VMA of that {@code mm}
     */
    Optional<FoundVma> read(long mm, long vma, long from, long to) {
        try {
            long first = memory.pointer(vma, start);
            long behind = memory.pointer(vma, end);
            long ownerMm = memory.pointer(vma, owner);
            if (ownerMm != mm && owner.isKnown()) {
                anomalies.add(
                        "vma_of_another", vma, "vm_area_struct.vm_mm", "is " + Hex.of(ownerMm));
                return Optional.empty();
            }
            if (Long.compareUnsigned(first, behind) >= 0) {
                anomalies.add(
                        "vma_absurd",
                        vma,
                        "vm_area_struct.vm_start",
                        Hex.of(first) + " is not before " + Hex.of(behind));
                return Optional.empty();
            }
            if (to != 0 && (first != from || behind != to)) {
                anomalies.add(
                        "vma_misplaced",
                        vma,
                        "vm_area_struct.vm_start",
                        Hex.of(first)
                                + "-"
                                + Hex.of(behind)
                                + " stands in the tree at "
                                + Hex.of(from)
                                + "-"
                                + Hex.of(to));
            }
            FoundFile mapped = file(vma);
            return Optional.of(
                    new FoundVma(
                            vma,
                            first,
                            behind,
                            memory.number(vma, flags),
                            memory.number(vma, pageProt),
                            memory.number(vma, pgoff),
                            name(mm, vma, first, behind, mapped),
                            backings.of(vma, memory.pointer(vma, file)),
                            mapped));
        } catch (MemoryFault e) {
            anomalies.fault("vma_unreadable", vma, "vm_area_struct", e);
            return Optional.empty();
        }
    }

    private @Nullable FoundFile file(long vma) {
        long mapped = memory.pointer(vma, file);
        if (mapped == 0) {
            return null;
        }
        try {
            return paths.of(mapped);
        } catch (MemoryFault e) {
            anomalies.fault("file_unreadable", vma, "vm_area_struct.vm_file", e);
            return null;
        }
    }

    /** {@code get_vma_name()}. */
    private String name(long mm, long vma, long first, long behind, @Nullable FoundFile mapped) {
        boolean hasFile = memory.pointer(vma, file) != 0;
        String given = hasFile && anonNameShared ? "" : anonName(vma);
        if (hasFile) {
            return !given.isEmpty()
                    ? "[anon_shmem:" + given + "]"
                    : mapped == null ? "" : mapped.path();
        }
        String special = specialName(vma);
        if (!special.isEmpty()) {
            return special;
        }
        if (first < memory.pointer(mm, brk) && behind > memory.pointer(mm, startBrk)) {
            return "[heap]"; // vma_is_initial_heap()
        }
        long stack = memory.pointer(mm, startStack);
        if (first <= stack && behind >= stack) {
            return "[stack]"; // vma_is_initial_stack()
        }
        return given.isEmpty() ? "" : "[anon:" + given + "]";
    }

    private String anonName(long vma) {
        if (anonName.isEmpty() || anonNameText.isEmpty()) {
            return "";
        }
        long named = memory.pointer(vma, anonName.get());
        return named == 0 ? "" : memory.text(named + anonNameText.get().offset(), MOST_NAME);
    }

    /**
     * {@code special_mapping_name()}: vDSO, vvar and their like have operations, but no file, and
     * keep a {@code vm_special_mapping} as their private data.
     */
    private String specialName(long vma) {
        if (specialName.isEmpty() || memory.pointer(vma, operations) == 0) {
            return "";
        }
        long special = memory.pointer(vma, privateData);
        if (special == 0) {
            return "";
        }
        try {
            String text = memory.text(memory.pointer(special, specialName.get()), MOST_NAME);
            return text.startsWith("[") ? text : "";
        } catch (MemoryFault e) {
            anomalies.fault("vma_unreadable", vma, "vm_area_struct.vm_private_data", e);
            return "";
        }
    }
}
