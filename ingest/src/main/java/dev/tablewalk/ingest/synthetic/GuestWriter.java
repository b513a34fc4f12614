package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Mm;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Swap;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes one guest: the kernel image, then processes, then the kernel's page tables. */
final class GuestWriter {
    private static final int SPARES = 16;

    private final GuestImageBuilder wanted;
    private final Geometry geometry;
    private final RamImage ram;
    private final CTypes types;
    private final KernelMemory memory;
    private final FrameLedger ledger;
    private final Map<Integer, Long> addresses = new HashMap<>();
    private final KernelImage image;
    private final PageTableWriter tableWriter;
    private final List<Table> tables = new ArrayList<>();
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();
    private final long imageVa;
    private final long physOffset;
    private long efiRoot;

    GuestWriter(GuestImageBuilder wanted) {
        this.wanted = wanted;
        this.geometry = wanted.geometry();
        this.ram = new RamImage(wanted.ram());
        this.types = KernelDeclarations.of(wanted);
        this.imageVa = geometry.kimageVaddr() + wanted.kernelOffset;
        // memstart_addr is rounded down so that the linear map can use large blocks.
        long start = wanted.ramBase & -0x4000_0000L;
        this.physOffset = geometry.physOffset(start, wanted.linearSlide);
        this.memory =
                new KernelMemory(
                        ram,
                        types,
                        geometry,
                        imageVa,
                        wanted.imagePa(),
                        GuestImageBuilder.IMAGE_SIZE,
                        physOffset);
        this.ledger = new FrameLedger(wanted.frames());
        this.image = new KernelImage(memory, imageVa, GuestImageBuilder.IMAGE_SIZE);
        this.tableWriter =
                new PageTableWriter(
                        ram,
                        geometry,
                        () -> wanted.frames().allocate() << geometry.pageShift(),
                        tables);
    }

    WrittenGuest write(Path path) throws IOException {
        new ImageWriter(wanted, memory, image, physOffset).write();
        int frames = GuestImageBuilder.IMAGE_SIZE >>> geometry.pageShift();
        ledger.enter(FrameUse.RESERVED, wanted.imagePa() >>> geometry.pageShift(), frames, 0);
        int block = wanted.framesOfBlock();
        wanted.kernelBlocks.forEach(pfn -> ledger.enter(FrameUse.OTHER, pfn, block, 0));
        if (wanted.hugeZeroPfn >= 0) {
            ledger.enter(FrameUse.HUGE_ZERO, wanted.hugeZeroPfn, block, 0);
        }
        GuestParts parts = parts();
        parts.files().fsStruct(memory.struct("fs_struct", image.symbol("init_fs")));
        MmWriter mmWriter = new MmWriter(parts, leaves, swaps);
        List<Mm> mms = writeMms(mmWriter);
        if (wanted.efi) {
            efiRoot = memory.physical(mmWriter.writeEfi());
        }
        TaskWriter taskWriter = new TaskWriter(parts, addresses);
        List<Task> tasks = taskWriter.write();
        writeVmcoreinfo();
        if (wanted.ram().runs().size() > 1) {
            putInFrames(BootParams.of(wanted.ram()));
        }
        List<Long> spares = spares();
        KernelTables kernelTables = new KernelTables(parts, leaves);
        kernelTables.write();
        if (wanted.efi) {
            long firmware = wanted.frames().allocate();
            ledger.enter(FrameUse.RESERVED, firmware, 1, 0);
            kernelTables.mapFirmware(efiRoot, firmware << geometry.pageShift());
        }
        Vmemmap vmemmap = new Vmemmap(wanted, ledger, memory);
        vmemmap.map(kernelTables::map);
        if (geometry.sharesRoot()) {
            shareKernelHalf(mms);
        }
        enterTables(mms);
        mmWriter.writeCounters();
        mmWriter.writeTableBytes(tableBytes());
        vmemmap.write();
        mmWriter.kept().forEach(vmemmap::deposit);
        ram.write(path);
        return new WrittenGuest(
                path,
                geometry,
                wanted.era,
                wanted.ram(),
                wanted.kernelOffset,
                imageVa - wanted.imagePa(),
                physOffset,
                tasks,
                taskWriter.freed(),
                mms,
                tables,
                leaves,
                swaps,
                image.symbols(),
                layouts(),
                mmWriter.mapleNodes(),
                ledger.all(),
                vmemmap.pages(),
                vmemmap.start(),
                spares);
    }

    private GuestParts parts() {
        KernelHeap heap =
                new KernelHeap(
                        wanted.frames(),
                        ledger,
                        memory,
                        geometry.pageShift(),
                        image.symbol("kmem_cache_boot"));
        if (wanted.usesInitMemory) {
            long from = memory.physical(image.symbol("__init_begin"));
            heap.fillFirst(from, memory.physical(image.symbol("__init_end")));
        }
        return new GuestParts(
                wanted,
                memory,
                heap,
                image,
                tableWriter,
                ledger,
                new KernelStacks(wanted.frames(), memory, geometry, geometry.stacks(imageVa)),
                new FileWriter(memory, heap, image, wanted.mounts));
    }

    private List<Mm> writeMms(MmWriter writer) {
        List<Mm> mms = new ArrayList<>();
        for (MmBuilder mm : mmsInUse()) {
            int users =
                    (int)
                            wanted.tasks.values().stream()
                                    .filter(t -> !t.state.equals("Z"))
                                    .filter(t -> wanted.task(t.tgid).mm == mm)
                                    .count();
            // What no task has, something else holds on to.
            Mm written = writer.write(mm, Math.max(1, users));
            addresses.put(mm.owner, written.address());
            mms.add(written);
        }
        return mms;
    }

    /** Every root has the kernel's half, with the same tables below: {@code pgd_ctor()}. */
    private void shareKernelHalf(List<Mm> mms) {
        long kernel = memory.physical(image.symbol(geometry.rootSymbol()));
        int entries = geometry.entries(geometry.rootLevel());
        for (Mm mm : mms) {
            copyEntries(kernel, mm.root(), entries / 2, entries);
            if (wanted.hasPairs()) {
                addPair(kernel, mm.root(), entries);
            }
        }
        if (wanted.efi) {
            copyEntries(kernel, efiRoot, entries / 2, entries);
        }
    }

    private void copyEntries(long from, long to, int first, int end) {
        for (int i = first; i < end; i++) {
            ram.putU64(to + 8L * i, ram.getU64(from + 8L * i));
        }
    }

    /**
     * The root by which a process executes its own code, which the other does not allow: {@code
     * __pti_set_user_pgtbl()}.
     */
    private void addPair(long kernel, long root, int entries) {
        long pair = root + geometry.pageSize();
        tableWriter.root(pair, false);
        copyEntries(root, pair, 0, entries / 2);
        copyEntries(kernel + geometry.pageSize(), pair, entries / 2, entries);
        for (int i = 0; i < entries / 2; i++) {
            long at = root + 8L * i;
            long entry = ram.getU64(at);
            if (entry != 0) {
                ram.putU64(at, geometry.descriptors().limited(entry, TableLimit.NO_EXECUTE));
            }
        }
    }

    /**
     * Those of the kernel were made when it booted, before there was a page allocator, unless the
     * guest is to mark some.
     */
    private void enterTables(List<Mm> mms) {
        Set<Long> users = new HashSet<>();
        mms.forEach(mm -> users.add(mm.root()));
        if (wanted.hasPairs()) {
            mms.forEach(mm -> users.add(mm.root() + geometry.pageSize()));
        }
        for (Table table : tables) {
            long pfn = table.pa() >>> geometry.pageShift();
            if (isForAddedMemory(table)) {
                ledger.enter(FrameUse.OTHER, pfn, 1, 0);
            } else if (table.pa() == efiRoot && geometry.pgdSize() < geometry.pageSize()) {
                // A slab's, like those of processes.
            } else if (table.root() == efiRoot && table.parent() != 0) {
                ledger.enter(FrameUse.TABLE, pfn, 1, 0);
            } else if (!users.contains(table.root())) {
                boolean marked = wanted.marksKernelTables && isOfLinearMap(table);
                ledger.enter(marked ? FrameUse.TABLE : FrameUse.RESERVED, pfn, 1, 0);
            } else if (table.parent() != 0 && wanted.era.marksTable(table.name())) {
                ledger.enter(FrameUse.TABLE, pfn, 1, 0);
            } else if (table.parent() != 0 || geometry.pgdSize() == geometry.pageSize()) {
                ledger.enter(FrameUse.OTHER, pfn, 1, 0); // whoever maps it besides
            }
        }
    }

    private boolean isForAddedMemory(Table table) {
        long from = memory.linear(wanted.ramBase + wanted.ramSize - wanted.addedMemory);
        return wanted.addedMemory > 0
                && table.level() == 3
                && isOfLinearMap(table)
                && table.va() >= from;
    }

    private boolean isOfLinearMap(Table table) {
        return table.parent() != 0 && table.va() < geometry.linearEnd() && table.va() < 0;
    }

    /** {@code mm_struct.pgtables_bytes} by root: PTE, PMD and PUD tables count. */
    private Map<Long, Long> tableBytes() {
        Map<Long, Long> bytes = new HashMap<>();
        for (Table table : tables) {
            if (table.parent() != 0 && !table.name().equals("P4D")) {
                bytes.merge(table.root(), geometry.pageSize(), Long::sum);
            }
        }
        return bytes;
    }

    private List<Long> spares() {
        return Stream.generate(() -> wanted.frames().allocate() << geometry.pageShift())
                .limit(SPARES)
                .toList();
    }

    private Collection<MmBuilder> mmsInUse() {
        Map<Integer, MmBuilder> found = new LinkedHashMap<>();
        for (TaskBuilder task : wanted.tasks.values()) {
            MmBuilder mm = task.mm;
            if (mm != null && !task.state.equals("Z")) {
                found.put(mm.owner, mm);
            }
        }
        wanted.mmsWithoutTask.forEach(mm -> found.put(mm.owner, mm));
        return found.values();
    }

    private void writeVmcoreinfo() {
        String text =
                Vmcoreinfo.text(
                        new Vmcoreinfo.Facts(
                                wanted.era,
                                geometry,
                                image.symbols(),
                                types,
                                imageVa - wanted.imagePa(),
                                physOffset,
                                wanted.kernelOffset,
                                wanted.kallsyms && wanted.era != KernelEra.LINUX_5_15,
                                SectionWriter.write(wanted, memory)));
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (wanted.decoys) {
            String stale =
                    text.replace("SYMBOL(swapper_pg_dir)=ffff", "SYMBOL(swapper_pg_dir)=fff1");
            putInFrames(stale.getBytes(StandardCharsets.US_ASCII));
            byte[] btf = BtfEncoder.encode(types);
            putInFrames(btf);
            putInFrames(BtfEncoder.encode(CParser.parse("struct module_only { int member; };")));
            putInFrames(Arrays.copyOf(btf, 24));
        }
        if (wanted.vmcoreinfoText) {
            putInFrames(bytes);
        }
        if (wanted.vmcoreinfoNote) {
            putInFrames(Vmcoreinfo.note(text));
        }
    }

    private void putInFrames(byte[] bytes) {
        int frames = Math.toIntExact(Math.ceilDiv(bytes.length, geometry.pageSize()));
        long pfn = frames == 1 ? wanted.frames().allocate() : wanted.frames().allocate(frames, 1);
        ram.putBytes(pfn << geometry.pageShift(), bytes);
    }

    private Map<String, WrittenGuest.Layout> layouts() {
        Map<String, WrittenGuest.Layout> layouts = new HashMap<>();
        for (CType type : types.definitions()) {
            if (type instanceof CType.Aggregate struct) {
                layouts.put(
                        struct.name(),
                        new WrittenGuest.Layout(struct.size(), Map.copyOf(types.offsets(struct))));
            }
        }
        return layouts;
    }
}
