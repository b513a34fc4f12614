package dev.tablewalk.ingest.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Fills the kernel image, in the order of {@code arch/ARCH/kernel/vmlinux.lds.S}. */
final class ImageWriter {
    private static final int NR_CPUS = 64;

    /** Of {@code protection_map}, by the four low {@code VM_} bits; the first allows nothing. */
    private static final int PROTECTIONS = 16;

    private static final int INIT_PAGES = 2;
    private static final int ARM64_IMAGE_MAGIC = 0x644d_5241;
    private static final int MEMBLOCK_REGIONS = 128;
    private static final int MEMBLOCK_NOMAP = 4;

    private final GuestImageBuilder wanted;
    private final KernelMemory memory;
    private final KernelImage image;
    private final long physOffset;

    /**
     * @param physOffset {@code memstart_addr}
     */
    ImageWriter(GuestImageBuilder wanted, KernelMemory memory, KernelImage image, long physOffset) {
        this.wanted = wanted;
        this.memory = memory;
        this.image = image;
        this.physOffset = physOffset;
    }

    /** Writes it, and the symbol table of all that is in it. */
    void write() {
        int page = (int) wanted.geometry().pageSize();
        image.define('T', "_text", wanted.geometry().imageHead(), 0x1_0000);
        if (wanted.geometry() instanceof Arm64Geometry) {
            memory.ram().putU64(wanted.imagePa() + 16, GuestImageBuilder.IMAGE_SIZE);
            memory.ram().putU32(wanted.imagePa() + 56, ARM64_IMAGE_MAGIC);
        }
        image.define('T', "_stext", 0x100, 8);
        for (String function : KernelFunctions.NAMES) {
            image.define('T', function, 0x100, 16);
        }
        image.define('T', "_etext", 0, 8);
        // As the linker leaves it: aligned to 4 bytes, and to no more.
        image.define('R', "__start_rodata", 4, page);
        image.data('D', "__start_BTF", BtfEncoder.encode(memory.types()), 4);
        image.define('D', "__stop_BTF", 0, 4);
        if (wanted.identityMap) {
            image.define('D', "idmap_pg_dir", page, page);
        }
        if (wanted.geometry() instanceof Arm64Geometry) {
            if (wanted.trampoline) {
                image.define('D', "tramp_pg_dir", page, page);
            }
            image.define('D', "reserved_pg_dir", page, page);
        }
        int roots = wanted.hasPairs() ? 2 * page : page;
        image.define('D', wanted.geometry().rootSymbol(), roots, roots);
        image.define('R', "__end_rodata", 0, page);
        image.define('T', "__init_begin", wanted.usesInitMemory ? INIT_PAGES * page : 0, page);
        image.define('T', "__init_end", 0, page);
        image.define('D', "_sdata", 0, page);
        KernelStruct uts = image.struct("init_uts_ns", "uts_namespace");
        uts.text("name.sysname", "Linux").text("name.nodename", "synthetic");
        uts.text("name.release", wanted.era.release())
                .text("name.machine", wanted.geometry().machine());
        uts.text("name.version", "#1 SMP synthetic");
        image.struct("init_task", "task_struct");
        int stack = (int) KernelStacks.size(wanted.geometry());
        KernelStacks.seal(memory, image.define('D', "init_stack", stack, stack));
        image.struct("init_signals", "signal_struct");
        image.struct("init_sighand", "sighand_struct").set("count.refs.counter", 1);
        image.struct("kmem_cache_boot", "kmem_cache").set("size", 0x40);
        image.struct("init_cred", "cred").set("usage.counter", 4);
        image.struct("init_fs", "fs_struct");
        image.struct("init_pid_ns", "pid_namespace");
        image.struct("init_struct_pid", "pid").set("count.refs.counter", 1);
        image.struct("init_nsproxy", "nsproxy")
                .set("count.refs.counter", 1)
                .set("uts_ns", image.symbol("init_uts_ns"))
                .set("pid_ns_for_children", image.symbol("init_pid_ns"));
        image.struct("special_mapping_vmops", "vm_operations_struct");
        writeFileOperations();
        memory.putU64(image.define('D', "huge_zero_pfn", 8, 8), wanted.hugeZeroPfn);
        image.struct("idle_sched_class", "sched_class");
        image.struct("fair_sched_class", "sched_class");
        image.struct("runqueues", "rq");
        long none =
                wanted.geometry().descriptors().leaf(3, 0, Set.of(LeafFlag.PROT_NONE), wanted.era);
        memory.putU64(image.define('D', "protection_map", 8 * PROTECTIONS, 8), none);
        if (wanted.efi) {
            image.struct("efi_mm", "mm_struct");
        }
        image.define('D', "__per_cpu_offset", 8 * NR_CPUS, 8);
        long possible = image.struct("__cpu_possible_mask", "cpumask").va();
        memory.putU64(possible, (1L << (wanted.cpus + wanted.cpusDown)) - 1);
        long end = image.symbol("_text") + GuestImageBuilder.IMAGE_SIZE;
        image.struct("init_mm", "mm_struct")
                .set("start_code", image.symbol("_text"))
                .set("end_code", image.symbol("_etext"))
                .set("end_data", image.symbol("init_struct_pid"))
                .set("brk", end)
                .set("pgd", image.symbol(wanted.geometry().rootSymbol()))
                .set("mm_users.counter", 2)
                .set("mm_count.counter", 1);
        long name = image.data('D', "vdso_name", "[vdso]\0".getBytes(StandardCharsets.UTF_8), 8);
        image.struct(wanted.geometry().vdsoSymbol(), "vm_special_mapping").set("name", name);
        writeBases();
        writeKcore(end);
        writeMemblock();
        writeBuildId();
        image.defineAt('B', "_end", GuestImageBuilder.IMAGE_SIZE);
        if (wanted.kallsyms) {
            image.writeKallsyms(wanted.kallsymsAll);
        }
    }

    /** Those of a file system that has a page cache, and of what has none. */
    private void writeFileOperations() {
        long function = image.symbol("_stext");
        image.struct("generic_file_vm_ops", "vm_operations_struct").set("fault", function);
        image.struct("generic_aops", "address_space_operations")
                .set("read_folio", function)
                .set("dirty_folio", function);
        image.struct("anon_aops", "address_space_operations").set("dirty_folio", function);
        image.struct("anon_ops", "dentry_operations").set("d_dname", function);
    }

    /** Where the kernel keeps where its regions begin. */
    private void writeBases() {
        switch (wanted.geometry()) {
            case Arm64Geometry _ -> base("memstart_addr", physOffset);
            case X86Geometry g -> {
                base("page_offset_base", g.pageOffset() - physOffset);
                base("vmalloc_base", g.vmallocStart());
                base("vmemmap_base", g.vmemmapBase());
            }
        }
    }

    private void base(String symbol, long value) {
        memory.putU64(image.define('D', symbol, 8, 8), value);
    }

    /** What {@code /proc/kcore} shows of the kernel's regions: {@code fs/proc/kcore.c}. */
    private void writeKcore(long end) {
        Geometry g = wanted.geometry();
        long text = image.symbol("_text");
        KernelStruct head = image.struct("kclist_head", "list_head");
        List<KernelStruct> entries = new ArrayList<>();
        entries.add(kcore("kcore_text", 0, text, end));
        entries.add(kcore("kcore_vmalloc", 1, g.vmallocStart(), g.vmallocEnd(wanted.era)));
        if (wanted.modules) {
            entries.add(kcore("kcore_modules", 1, g.modulesStart(), g.modulesEnd()));
        }
        long last = head.va();
        for (KernelStruct entry : entries) {
            memory.putU64(last, entry.va());
            memory.putU64(entry.va() + 8, last);
            last = entry.va();
        }
        memory.putU64(last, head.va());
        memory.putU64(head.va() + 8, last);
    }

    /** {@code memblock.memory}: RAM, which a run that is not to be mapped cuts into three. */
    private void writeMemblock() {
        int step = memory.types().struct("memblock_region").size();
        long regions =
                image.define(
                        'D', "memblock_memory_init_regions", (long) MEMBLOCK_REGIONS * step, 8);
        long from = wanted.ramBase + wanted.noMapOffset;
        long to = from + wanted.noMapSize;
        long at = regions;
        for (RamRuns.Run run : wanted.ram().runs()) {
            long start = run.pa();
            if (wanted.noMapSize > 0 && start <= from && to <= run.end()) {
                region(at, start, from, 0);
                region(at + step, from, to, MEMBLOCK_NOMAP);
                at += 2L * step;
                start = to;
            }
            region(at, start, run.end(), 0);
            at += step;
        }
        image.struct("memblock", "memblock")
                .set("current_limit", -1)
                .set("memory.cnt", (at - regions) / step)
                .set("memory.max", MEMBLOCK_REGIONS)
                .set("memory.total_size", wanted.ramSize)
                .set("memory.regions", regions)
                .set("memory.name", name("memory"))
                .set("reserved.max", MEMBLOCK_REGIONS)
                .set("reserved.name", name("reserved"));
    }

    private void region(long at, long from, long to, int flags) {
        memory.struct("memblock_region", at)
                .set("base", from)
                .set("size", to - from)
                .set("flags", flags);
    }

    private long name(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        return image.data('R', "__" + text, bytes, 8);
    }

    private KernelStruct kcore(String symbol, int type, long from, long to) {
        return image.struct(symbol, "kcore_list")
                .set("addr", from)
                .set("size", to - from)
                .set("type", type);
    }

    /** The vDSO's note comes first, as one that is not the kernel's. */
    private void writeBuildId() {
        byte[] id = HexFormat.of().parseHex(Vmcoreinfo.BUILD_ID);
        byte[] other = id.clone();
        other[0]++;
        image.data('R', "vdso_notes", note(other), 4);
        image.data('R', "__start_notes", note(id), 4);
        image.data('D', "vmlinux_build_id", id, 4);
    }

    /** {@code NT_GNU_BUILD_ID}. */
    private static byte[] note(byte[] id) {
        return ByteBuffer.allocate(16 + id.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4)
                .putInt(id.length)
                .putInt(3)
                .put("GNU\0".getBytes(StandardCharsets.US_ASCII))
                .put(id)
                .array();
    }
}
