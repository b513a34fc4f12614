package dev.tablewalk.ingest.synthetic;

import java.nio.charset.StandardCharsets;

/** Fills the kernel image, in the order of {@code arch/arm64/kernel/vmlinux.lds.S}. */
final class ImageWriter {
    private static final int NR_CPUS = 64;
    private static final int ARM64_IMAGE_MAGIC = 0x644d_5241;

    private final GuestImageBuilder wanted;
    private final KernelMemory memory;
    private final KernelImage image;

    ImageWriter(GuestImageBuilder wanted, KernelMemory memory, KernelImage image) {
        this.wanted = wanted;
        this.memory = memory;
        this.image = image;
    }

    /** Writes it, and the symbol table of all that is in it. */
    void write() {
        int page = (int) wanted.geometry().pageSize();
        image.define('T', "_text", 0x1_0000, 0x1_0000);
        memory.ram().putU64(wanted.imagePa() + 16, GuestImageBuilder.IMAGE_SIZE);
        memory.ram().putU32(wanted.imagePa() + 56, ARM64_IMAGE_MAGIC);
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
        if (wanted.trampoline) {
            image.define('D', "tramp_pg_dir", page, page);
        }
        image.define('D', "reserved_pg_dir", page, page);
        image.define('D', "swapper_pg_dir", page, page);
        image.define('R', "__end_rodata", 0, page);
        image.define('T', "__init_begin", 0, page);
        image.define('D', "_sdata", 0, page);
        KernelStruct uts = image.struct("init_uts_ns", "uts_namespace");
        uts.text("name.sysname", "Linux").text("name.nodename", "synthetic");
        uts.text("name.release", wanted.era.release()).text("name.machine", "aarch64");
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
        image.struct("runqueues", "rq");
        image.define('D', "__per_cpu_offset", 8 * NR_CPUS, 8);
        image.struct("init_mm", "mm_struct")
                .set("pgd", image.symbol("swapper_pg_dir"))
                .set("mm_users.counter", 2)
                .set("mm_count.counter", 1);
        long name = image.data('D', "vdso_name", "[vdso]\0".getBytes(StandardCharsets.UTF_8), 8);
        image.struct("aarch64_vdso_map", "vm_special_mapping").set("name", name);
        image.defineAt('B', "_end", GuestImageBuilder.IMAGE_SIZE);
        if (wanted.kallsyms) {
            image.writeKallsyms(wanted.kallsymsAll);
        }
    }
}
