package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.FrameLedger.Entry;
import dev.tablewalk.ingest.synthetic.ResidentPages.Area;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Mm;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Swap;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Vma;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes an {@code mm_struct} with its VMAs and its page tables. */
final class MmWriter {
    private static final long VM_MAY_ANY = 0x70;
    private static final long VM_MAYSHARE = 0x80;
    private static final long VM_GROWSDOWN = 0x100;
    private static final long VM_PFNMAP = 0x400;
    private static final int MM_SWAPENTS = 2;

    /** Types from here on are of no swap area: {@code SWP_HWPOISON} and those above it. */
    private static final int FIRST_NON_SWAP = 27;

    private final GuestParts parts;
    private final KernelHeap pgds;
    private final List<Leaf> leaves;
    private final List<Swap> swaps;
    private final List<Long> mapleNodes = new ArrayList<>();
    private final Map<Long, List<Long>> kept = new HashMap<>();
    private final Map<Long, Long> keptBytes = new HashMap<>();
    private final ResidentPages resident;
    private final Map<KernelStruct, MmBuilder> written = new LinkedHashMap<>();

    MmWriter(GuestParts parts, List<Leaf> leaves, List<Swap> swaps) {
        this.parts = parts;
        this.pgds = parts.heap().another();
        this.resident = new ResidentPages(parts);
        this.leaves = leaves;
        this.swaps = swaps;
    }

    List<Long> mapleNodes() {
        return mapleNodes;
    }

    /**
     * @param users tasks that have it
     */
    Mm write(MmBuilder wanted, int users) {
        KernelMemory memory = parts.memory();
        KernelStruct mm = parts.heap().struct("mm_struct");
        long pgd = allocatePgd();
        long root = memory.physical(pgd);
        parts.tables().root(root, false);

        List<VmaBuilder> sorted = new ArrayList<>(wanted.vmas);
        sorted.sort(Comparator.comparingLong(v -> v.start));
        List<Vma> vmas = new ArrayList<>();
        List<Area> areas = new ArrayList<>();
        long pages = 0;
        for (VmaBuilder vma : sorted) {
            vmas.add(writeVma(wanted, mm, vma, areas));
            pages += (vma.end - vma.start) >>> parts.geometry().pageShift();
        }
        index(mm, vmas);
        writeEntries(wanted, root, areas);

        mm.set("pgd", pgd).set("mm_users.counter", users).set("mm_count.counter", 1);
        mm.set("map_count", vmas.size()).set("total_vm", pages);
        mm.set("task_size", parts.geometry().userEnd());
        areas.stream()
                .filter(area -> area.wanted().allows('x'))
                .flatMap(area -> Stream.ofNullable(area.file()))
                .findFirst()
                .ifPresent(file -> mm.set("exe_file", file.file()));
        written.put(mm, wanted);
        places(wanted, mm);
        return new Mm(mm.va(), root, vmas);
    }

    /** Writes what can be counted when all are written. */
    void writeCounters() {
        written.forEach(
                (mm, wanted) -> {
                    long[] counts =
                            resident.count(
                                    wanted.entries.stream()
                                            .filter(MmBuilder.LeafEntry.class::isInstance)
                                            .map(MmBuilder.LeafEntry.class::cast)
                                            .toList());
                    counts[MM_SWAPENTS] =
                            wanted.entries.stream()
                                    .filter(
                                            e ->
                                                    e instanceof MmBuilder.SwapEntry swap
                                                            && swap.type() < FIRST_NON_SWAP)
                                    .count();
                    for (int i = 0; i < counts.length; i++) {
                        setRss(mm, i, counts[i]);
                    }
                });
    }

    private void setRss(KernelStruct mm, int counter, long pages) {
        if (parts.memory().types().has("mm_struct", "rss_stat.count")) {
            mm.setElement("rss_stat.count", counter, pages);
        } else {
            int size = parts.memory().types().struct("percpu_counter").size();
            long at = mm.at("rss_stat") + (long) counter * size;
            parts.memory().struct("percpu_counter", at).set("count", pages);
        }
    }

    /** What the kernel counts of a process's tables: those of the three lowest levels. */
    void writeTableBytes(Map<Long, Long> bytesByRoot) {
        for (KernelStruct mm : written.keySet()) {
            long root = parts.memory().physical(mm.get("pgd"));
            long bytes = bytesByRoot.getOrDefault(root, 0L) + keptBytes.getOrDefault(root, 0L);
            mm.set("pgtables_bytes.counter", bytes);
        }
    }

    /**
     * Fills {@code efi_mm} as {@code drivers/firmware/efi/efi.c} does.
     *
     * @return its root's address
     */
    long writeEfi() {
        long pgd = allocatePgd();
        parts.tables().root(parts.memory().physical(pgd), false);
        KernelStruct mm = parts.memory().struct("mm_struct", parts.image().symbol("efi_mm"));
        mm.set("pgd", pgd).set("mm_users.counter", 2).set("mm_count.counter", 1);
        parts.memory().link(List.of(mm.at("mmlist")));
        return pgd;
    }

    /** A PGD as large as a page is one; a smaller one comes from the slab {@code pgd_cache}. */
    private long allocatePgd() {
        int size = parts.geometry().pgdSize();
        if (parts.wanted().hasPairs()) {
            return parts.memory()
                    .linear(parts.frames().allocate(2, 2) << parts.geometry().pageShift());
        }
        if (size == parts.geometry().pageSize()) {
            return parts.memory().linear(parts.frames().allocate() << parts.geometry().pageShift());
        }
        return pgds.allocate(size, Math.max(size, 0x200));
    }

    private void places(MmBuilder wanted, KernelStruct mm) {
        if (wanted.heap != null) {
            mm.set("start_brk", wanted.heap.start).set("brk", wanted.heap.end);
        }
        // Whoever unmaps its stack still has begun with one.
        long top = wanted.stack == null ? parts.geometry().userEnd() : wanted.stack.end;
        mm.set("start_stack", top - 0x100);
        if (wanted.vdso != null) {
            mm.set("context.vdso", wanted.vdso.start);
        }
    }

    private Vma writeVma(MmBuilder wanted, KernelStruct mm, VmaBuilder vma, List<Area> areas) {
        KernelStruct at = parts.heap().struct("vm_area_struct");
        at.set("vm_start", vma.start).set("vm_end", vma.end).set("vm_mm", mm.va());
        at.set("vm_flags", flags(wanted, vma)).set("vm_pgoff", vma.pgoff);
        at.set("vm_page_prot.pgprot", pageProt(vma));
        if (!vma.anonymous) {
            at.set("vm_ops", parts.image().symbol("generic_file_vm_ops"));
        }
        long inode = 0;
        String name = vma.path;
        FileWriter.Opened file = null;
        if (!vma.path.isEmpty()) {
            file =
                    vma.pseudo == null
                            ? parts.files().open(vma.path, vma.deleted)
                            : parts.files().open(vma.pseudo);
            String mapping = vma.driver ? "anon_aops" : "generic_aops";
            at.set("vm_file", file.file());
            parts.memory()
                    .struct("address_space", file.mapping())
                    .set("a_ops", parts.image().symbol(mapping));
            inode = file.number();
            // seq_file_path() escapes line ends and nothing else.
            name =
                    vma.path.replace("\n", "\\012").replace("[INO]", "[" + inode + "]")
                            + (vma.deleted ? " (deleted)" : "");
        } else if (vma == wanted.vdso) {
            at.set("vm_ops", parts.image().symbol("special_mapping_vmops"));
            at.set("vm_private_data", parts.image().symbol(parts.geometry().vdsoSymbol()));
            name = "[vdso]";
        } else if (vma == wanted.heap) {
            name = "[heap]";
        } else if (vma == wanted.stack) {
            name = "[stack]";
        }
        areas.add(new Area(vma, at, file));
        return new Vma(at.va(), vma.start, vma.end, vma.perms, vma.pgoff, name, inode, vma.deleted);
    }

    private static long flags(MmBuilder wanted, VmaBuilder vma) {
        return (vma.allows('r') ? 1 : 0)
                | (vma.allows('w') ? 2 : 0)
                | (vma.allows('x') ? 4 : 0)
                | (vma.allows('s') ? 8 | VM_MAYSHARE : 0)
                | (vma == wanted.stack ? VM_GROWSDOWN : 0)
                | (vma.pfnMap ? VM_PFNMAP : 0)
                | VM_MAY_ANY;
    }

    /** The protection bits of a VMA's entries: {@code vm_get_page_prot}. */
    private long pageProt(VmaBuilder vma) {
        return parts.geometry().descriptors().leaf(3, 0, allowed(vma), parts.era());
    }

    /** What the entries of a VMA allow when they are made. */
    private static Set<LeafFlag> allowed(@Nullable VmaBuilder vma) {
        EnumSet<LeafFlag> flags = EnumSet.noneOf(LeafFlag.class);
        if (vma == null) {
            return flags;
        }
        if (!vma.allows('r') && !vma.allows('w') && !vma.allows('x')) {
            flags.add(LeafFlag.PROT_NONE);
        }
        if (vma.allows('w')) {
            flags.add(LeafFlag.WRITABLE);
        }
        if (vma.allows('x')) {
            flags.add(LeafFlag.EXECUTABLE);
        }
        return flags;
    }

    private void index(KernelStruct mm, List<Vma> vmas) {
        if (parts.era().mapleTree()) {
            MapleTreeWriter writer = parts.mapleTree();
            List<MapleTreeWriter.Slot> slots = new ArrayList<>();
            long next = 0;
            for (Vma vma : vmas) {
                if (vma.start() > next) {
                    slots.add(new MapleTreeWriter.Slot(vma.start() - 1, 0, vma.start() - next));
                }
                slots.add(new MapleTreeWriter.Slot(vma.end() - 1, vma.address(), 0));
                next = vma.end();
            }
            slots.add(new MapleTreeWriter.Slot(-1, 0, Long.MAX_VALUE));
            writer.write(mm.at("mm_mt"), slots);
            mapleNodes.addAll(writer.nodes());
            return;
        }
        long previous = 0;
        for (Vma vma : vmas) {
            KernelStruct at = parts.memory().struct("vm_area_struct", vma.address());
            if (previous == 0) {
                mm.set("mmap", at.va());
            } else {
                parts.memory().struct("vm_area_struct", previous).set("vm_next", at.va());
            }
            at.set("vm_prev", previous);
            previous = at.va();
        }
    }

    private void writeEntries(MmBuilder wanted, long root, List<Area> areas) {
        Geometry geometry = parts.geometry();
        for (MmBuilder.Entry entry : wanted.entries) {
            long va = entry.va();
            int level = entry.level();
            int index = geometry.index(va, level);
            switch (entry) {
                case MmBuilder.LeafEntry e -> {
                    Set<LeafFlag> flags = e.flags();
                    Area area = areaOf(areas, va);
                    VmaBuilder vma = area == null ? null : area.wanted();
                    if (flags == null) {
                        flags = allowed(vma);
                    }
                    resident.map(area, e, flags, vma != null && vma == wanted.vdso);
                    long raw = geometry.descriptors().leaf(level, e.pa(), flags, parts.era());
                    long table = parts.tables().put(root, false, va, level, raw);
                    keepTableFor(e, vma, root, table);
                    long size = geometry.entrySize(level);
                    leaves.add(
                            new Leaf(
                                    root,
                                    table,
                                    level,
                                    index,
                                    va,
                                    e.pa(),
                                    size,
                                    raw,
                                    geometry.descriptors().attributes(flags)));
                }
                case MmBuilder.SwapEntry e -> {
                    long raw = geometry.descriptors().swap(parts.era(), e.type(), e.offset());
                    long table = parts.tables().put(root, false, va, level, raw);
                    swaps.add(new Swap(root, table, level, index, va, e.type(), e.offset(), raw));
                }
                case MmBuilder.RawEntry e -> parts.tables().put(root, false, va, level, e.raw());
            }
        }
    }

    /** A huge page of anonymous memory, or of zeroes, has a table kept aside, to be split with. */
    private void keepTableFor(
            MmBuilder.LeafEntry leaf, @Nullable VmaBuilder vma, long root, long table) {
        int shift = parts.geometry().pageShift();
        Entry frame = parts.ledger().of(leaf.pa() >>> shift);
        if (leaf.level() != 2 || frame == null) {
            return;
        }
        boolean zero = frame.use() == FrameUse.HUGE_ZERO && vma != null && vma.anonymous;
        if (zero || frame.use() == FrameUse.ANON) {
            long pfn = parts.frames().allocate();
            parts.ledger().enter(FrameUse.TABLE, pfn, 1, 0);
            kept.computeIfAbsent(table >>> shift, _ -> new ArrayList<>()).add(pfn);
            keptBytes.merge(root, parts.geometry().pageSize(), Long::sum);
        }
    }

    /** Frame numbers of the tables that are kept for huge pages, by those of what maps these. */
    Map<Long, List<Long>> kept() {
        return kept;
    }

    private static @Nullable Area areaOf(List<Area> areas, long va) {
        for (Area area : areas) {
            if (area.wanted().start <= va && va < area.wanted().end) {
                return area;
            }
        }
        return null;
    }
}
