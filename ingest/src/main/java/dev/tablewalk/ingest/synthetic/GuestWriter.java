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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes one guest: the kernel image, then processes, then the kernel's page tables. */
final class GuestWriter {
    private static final int TEXT_SIZE = 0x4_0000;
    private static final int NR_CPUS = 64;
    private static final int ARM64_IMAGE_MAGIC = 0x644d_5241;

    private final GuestImageBuilder wanted;
    private final Geometry geometry;
    private final RamImage ram;
    private final CTypes types;
    private final KernelMemory memory;
    private final KernelHeap heap;
    private final KernelImage image;
    private final PageTableWriter tableWriter;
    private final List<Table> tables = new ArrayList<>();
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();
    private final long imageVa;
    private final long physOffset;

    GuestWriter(GuestImageBuilder wanted) {
        this.wanted = wanted;
        this.geometry = wanted.geometry();
        this.ram = new RamImage(wanted.ramBase, wanted.ramSize);
        this.types =
                wanted.layoutGaps == null
                        ? KernelDeclarations.of(wanted.era)
                        : KernelDeclarations.of(wanted.era, wanted.layoutGaps);
        this.imageVa = geometry.kimageVaddr() + wanted.kernelOffset;
        // memstart_addr is rounded down so that the linear map can use large blocks.
        long start = wanted.ramBase & -0x4000_0000L;
        this.physOffset = geometry.physOffset(start - wanted.linearSlide);
        this.memory =
                new KernelMemory(
                        ram,
                        types,
                        geometry,
                        imageVa,
                        wanted.imagePa(),
                        GuestImageBuilder.IMAGE_SIZE,
                        physOffset);
        this.heap = new KernelHeap(wanted.frames(), memory, geometry.pageShift());
        this.image = new KernelImage(memory, imageVa, GuestImageBuilder.IMAGE_SIZE);
        this.tableWriter =
                new PageTableWriter(
                        ram,
                        geometry,
                        () -> wanted.frames().allocate() << geometry.pageShift(),
                        tables);
    }

    WrittenGuest write(Path path) throws IOException {
        writeImage();
        GuestParts parts =
                new GuestParts(
                        wanted,
                        memory,
                        heap,
                        image,
                        tableWriter,
                        new FileWriter(memory, heap, wanted.mounts));
        parts.files().fsStruct(memory.struct("fs_struct", image.symbol("init_fs")));
        MmWriter mmWriter = new MmWriter(parts, leaves, swaps);
        Map<Integer, Long> addresses = new HashMap<>();
        List<Mm> mms = new ArrayList<>();
        for (MmBuilder mm : mmsInUse()) {
            int users =
                    (int)
                            wanted.tasks.values().stream()
                                    .filter(t -> !t.state.equals("Z"))
                                    .filter(t -> wanted.task(t.tgid).mm == mm)
                                    .count();
            Mm written = mmWriter.write(mm, users);
            addresses.put(mm.owner, written.address());
            mms.add(written);
        }
        List<Task> tasks = new TaskWriter(parts, addresses).write();
        writeKernelTables();
        writeVmcoreinfo();
        ram.write(path);
        return new WrittenGuest(
                path,
                geometry,
                wanted.era,
                wanted.ramBase,
                wanted.ramSize,
                wanted.kernelOffset,
                imageVa - wanted.imagePa(),
                physOffset,
                tasks,
                mms,
                tables,
                leaves,
                swaps,
                image.symbols(),
                layouts(),
                mmWriter.mapleNodes());
    }

    private Collection<MmBuilder> mmsInUse() {
        Map<Integer, MmBuilder> found = new LinkedHashMap<>();
        for (TaskBuilder task : wanted.tasks.values()) {
            MmBuilder mm = task.mm;
            if (mm != null && !task.state.equals("Z")) {
                found.put(mm.owner, mm);
            }
        }
        return found.values();
    }

    private void writeImage() {
        int page = (int) geometry.pageSize();
        image.define('T', "_text", 0x1_0000, 0x1_0000);
        ram.putU32(wanted.imagePa() + 56, ARM64_IMAGE_MAGIC);
        image.define('T', "_stext", 0x100, 8);
        for (String function : KernelFunctions.NAMES) {
            image.define('T', function, 0x100, 16);
        }
        image.define('T', "_etext", 0, 8);
        // As the linker leaves it: aligned to 4 bytes, and to no more.
        image.define('R', "__start_rodata", 4, page);
        image.data('D', "__start_BTF", BtfEncoder.encode(types), 4);
        image.define('D', "__stop_BTF", 0, 4);
        if (wanted.identityMap) {
            image.define('D', "idmap_pg_dir", page, page);
        }
        if (wanted.trampoline) {
            image.define('D', "tramp_pg_dir", page, page);
        }
        image.define('D', "reserved_pg_dir", page, page);
        image.define('D', "swapper_pg_dir", page, page);
        KernelStruct uts = image.struct("init_uts_ns", "uts_namespace");
        uts.text("name.sysname", "Linux").text("name.nodename", "synthetic");
        uts.text("name.release", wanted.era.release()).text("name.machine", "aarch64");
        uts.text("name.version", "#1 SMP synthetic");
        image.struct("init_task", "task_struct");
        image.struct("init_signals", "signal_struct");
        image.struct("init_cred", "cred").set("usage.counter", 4);
        image.struct("init_fs", "fs_struct");
        image.struct("init_pid_ns", "pid_namespace");
        image.struct("init_struct_pid", "pid");
        image.struct("special_mapping_vmops", "vm_operations_struct");
        image.struct("runqueues", "rq");
        image.define('D', "__per_cpu_offset", 8 * NR_CPUS, 8);
        image.struct("init_mm", "mm_struct")
                .set("pgd", image.symbol("swapper_pg_dir"))
                .set("mm_users.counter", 2)
                .set("mm_count.counter", 1);
        long name = image.data('D', "vdso_name", "[vdso]\0".getBytes(StandardCharsets.UTF_8), 8);
        image.struct("aarch64_vdso_map", "vm_special_mapping").set("name", name);
        image.define('B', "_end", 0, 8);
        if (wanted.kallsyms) {
            image.writeKallsyms(wanted.kallsymsAll);
        }
    }

    private void writeKernelTables() {
        long root = memory.physical(image.symbol("swapper_pg_dir"));
        tableWriter.root(root, true);
        tableWriter.root(memory.physical(image.symbol("reserved_pg_dir")), true);
        EnumSet<LeafFlag> text =
                EnumSet.of(LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.KERNEL_EXECUTABLE);
        EnumSet<LeafFlag> data =
                EnumSet.of(LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.WRITABLE, LeafFlag.DIRTY);
        for (long at = 0; at < GuestImageBuilder.IMAGE_SIZE; at += geometry.pageSize()) {
            kernelLeaf(root, 3, imageVa + at, wanted.imagePa() + at, at < TEXT_SIZE ? text : data);
        }
        long end = wanted.ramBase + wanted.ramSize;
        for (long pa = wanted.ramBase; pa < end; ) {
            long block = geometry.entrySize(2);
            boolean fits = wanted.linearMapInBlocks && pa % block == 0 && pa + block <= end;
            int level = fits ? 2 : 3;
            kernelLeaf(root, level, memory.linear(pa), pa, data);
            pa += geometry.entrySize(level);
        }
        if (wanted.trampoline) {
            long tramp = memory.physical(image.symbol("tramp_pg_dir"));
            tableWriter.root(tramp, true);
            kernelLeaf(tramp, 3, imageVa, wanted.imagePa(), text);
        }
        if (wanted.identityMap) {
            writeIdentityMap(text);
        }
    }

    /** {@code IDMAP_VA_BITS} is 48 whatever the kernel's own width ({@code kernel-pgtable.h}). */
    private void writeIdentityMap(Set<LeafFlag> text) {
        Geometry narrow = Geometry.arm64(geometry.pageShift(), 48, geometry.lpa2());
        PageTableWriter writer =
                new PageTableWriter(
                        ram,
                        narrow,
                        () -> wanted.frames().allocate() << geometry.pageShift(),
                        tables);
        long root = memory.physical(image.symbol("idmap_pg_dir"));
        writer.root(root, false);
        long pa = wanted.imagePa();
        long raw = Descriptors.leaf(narrow, 3, pa, text, wanted.era);
        long table = writer.put(root, true, pa, 3, raw);
        leaves.add(
                new Leaf(
                        root,
                        table,
                        3,
                        narrow.index(pa, 3),
                        pa,
                        pa,
                        geometry.pageSize(),
                        raw,
                        Descriptors.attributes(text)));
    }

    private void kernelLeaf(long root, int level, long va, long pa, Set<LeafFlag> flags) {
        long raw = Descriptors.leaf(geometry, level, pa, flags, wanted.era);
        long table = tableWriter.put(root, true, va, level, raw);
        leaves.add(
                new Leaf(
                        root,
                        table,
                        level,
                        geometry.index(va, level),
                        va,
                        pa,
                        geometry.entrySize(level),
                        raw,
                        Descriptors.attributes(flags)));
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
                                wanted.kallsyms && wanted.era != KernelEra.LINUX_5_15));
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
