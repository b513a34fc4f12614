package dev.tablewalk.ingest.synthetic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Describes a guest and writes its RAM.
 *
 * <pre>{@code
 * GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
 *         .ramBase(0x4000_0000L)
 *         .ramSize(64 << 20)
 *         .task(1, "init", t -> t
 *                 .mm(mm -> mm.vma(0x400000, 0x410000, "r-xp", "/bin/init").page(0x400000))
 *                 .thread(42, "init-w"))
 *         .kernelThread(2, "kthreadd")
 *         .write(path);
 * }</pre>
 *
 * <p>What concerns RAM has to be said before the first page is allocated. The same description
 * gives the same image, byte for byte.
 */
public final class GuestImageBuilder {
    /** Bytes from RAM's start to the kernel image, without a physical slide. */
    static final long IMAGE_OFFSET = 2 << 20;

    /** Bytes kept for the kernel image. */
    static final int IMAGE_SIZE = 2 << 20;

    private final Geometry geometry;
    final Map<Integer, TaskBuilder> tasks = new LinkedHashMap<>();
    final Map<Integer, String> freedTasks = new LinkedHashMap<>();
    final List<MmBuilder> mmsWithoutTask = new ArrayList<>();
    final List<Mount> mounts = new ArrayList<>();
    final List<Long> kernelBlocks = new ArrayList<>();
    KernelEra era = KernelEra.LINUX_6_12;
    long ramBase;
    long ramSize = 64 << 20;
    private long low = Long.MAX_VALUE;
    long kernelOffset;
    long physicalSlide;
    long linearSlide;
    long noMapOffset;
    long noMapSize;
    boolean linearMapInBlocks;
    boolean dataOutOfLinearMap;
    boolean dataReadOnlyInLinearMap;
    boolean kpti;
    boolean kallsyms = true;
    boolean kallsymsAll = true;
    boolean vmcoreinfoNote = true;
    boolean vmcoreinfoText = true;
    boolean trampoline;
    boolean identityMap;
    boolean decoys;
    boolean vmemmapOfUsedFrames;
    boolean marksKernelTables;
    boolean groupScheduling = true;
    boolean cpuInTask;
    boolean usesInitMemory;
    boolean modules = true;
    int cpus = 1;
    long hugeZeroPfn = -1;
    int cpusDown;
    long addedMemory;
    boolean efi;
    int mapleLeafSlots = 12;
    int mapleInnerSlots = 8;
    @Nullable RandomGenerator layoutGaps;
    private int pidNamespaces;
    private @Nullable RandomGenerator scatter;
    private @Nullable FrameAllocator frames;

    /**
     * A mounted file system.
     *
     * @param path where it is mounted
     * @param type such as {@code tmpfs}
     * @param device {@code s_dev}: major number from bit 20 up, minor number below
     */
    record Mount(String path, String type, int device) {}

    private GuestImageBuilder(Geometry geometry) {
        this.geometry = geometry;
        this.ramBase = geometry instanceof X86Geometry ? 0 : 0x4000_0000L;
        mounts.add(new Mount("/", "rootfs", 1));
    }

    /**
     * A guest with no process in it yet, of 64 MiB where RAM usually begins, with Linux 6.12 and no
     * KASLR.
     */
    public static GuestImageBuilder guest(Geometry geometry) {
        return new GuestImageBuilder(geometry);
    }

    public Geometry geometry() {
        return geometry;
    }

    /** How this kernel keeps its structures. */
    public GuestImageBuilder era(KernelEra kernelEra) {
        era = kernelEra;
        return this;
    }

    /** Physical address where RAM begins; a multiple of 2 MiB. */
    public GuestImageBuilder ramBase(long pa) {
        requireNothingAllocated();
        ramBase = pa;
        return this;
    }

    /** Bytes of RAM; at least 8 MiB. The image has the holes of what is not used. */
    public GuestImageBuilder ramSize(long bytes) {
        requireNothingAllocated();
        ramSize = bytes;
        return this;
    }

    /**
     * Leaves a hole for devices, as a PC does: so many bytes of RAM lie below it, the rest from 4
     * GiB on, as the boot loader tells the kernel.
     *
     * @param bytes a multiple of 2 MiB
     */
    public GuestImageBuilder hole(long bytes) {
        requireNothingAllocated();
        low = bytes;
        return this;
    }

    /**
     * Moves the kernel.
     *
     * @param virtualOffset bytes, a multiple of 2 MiB: {@code KERNELOFFSET}
     * @param physicalOffset bytes, a multiple of 2 MiB, from where the image lies otherwise
     */
    public GuestImageBuilder kaslr(long virtualOffset, long physicalOffset) {
        requireNothingAllocated();
        kernelOffset = virtualOffset;
        physicalSlide = physicalOffset;
        return this;
    }

    /**
     * Has firmware keep a run of RAM, which is no {@code System RAM} then, nor in the linear map;
     * for a linear map of pages.
     *
     * @param offset of it in RAM, bytes
     */
    public GuestImageBuilder noMap(long offset, long size) {
        noMapOffset = offset;
        noMapSize = size;
        int shift = geometry.pageShift();
        frames().reserve((ramBase + offset) >>> shift, (int) (size >>> shift));
        return this;
    }

    /** Moves RAM up in the linear map by so many bytes, a multiple of 1 GiB. */
    public GuestImageBuilder linearSlide(long bytes) {
        linearSlide = bytes;
        return this;
    }

    /**
     * Leaves the kernel image's data out of the linear map, so that it has one address only, as
     * kernels newer than 7.2 do.
     */
    public GuestImageBuilder dataOutOfLinearMap() {
        dataOutOfLinearMap = true;
        return this;
    }

    /** Maps RAM in the linear map by blocks of level 2 where they fit; by pages otherwise. */
    public GuestImageBuilder linearMapInBlocks() {
        linearMapInBlocks = true;
        return this;
    }

    /** Takes single frames from all over RAM. */
    public GuestImageBuilder scatter(RandomGenerator random) {
        requireNothingAllocated();
        scatter = random;
        return this;
    }

    /** Puts random gaps between the members of large structs. */
    public GuestImageBuilder layoutGaps(RandomGenerator random) {
        layoutGaps = random;
        return this;
    }

    /** No symbol table. */
    public GuestImageBuilder withoutKallsyms() {
        kallsyms = false;
        return this;
    }

    /** A symbol table of functions only, as without {@code CONFIG_KALLSYMS_ALL}. */
    public GuestImageBuilder kallsymsOfFunctionsOnly() {
        kallsymsAll = false;
        return this;
    }

    /**
     * Which copies of VMCOREINFO there are.
     *
     * @param note in an ELF note, 0x18 into its page
     * @param text from a page's start on
     */
    public GuestImageBuilder vmcoreinfo(boolean note, boolean text) {
        vmcoreinfoNote = note;
        vmcoreinfoText = text;
        return this;
    }

    /** Its data can be written through the image alone, as newer kernels have it. */
    public GuestImageBuilder dataReadOnlyInLinearMap() {
        dataReadOnlyInLinearMap = true;
        return this;
    }

    /** Its own pages are of one address space, as with {@code kpti=on}: {@code PTE_MAYBE_NG}. */
    public GuestImageBuilder kpti() {
        kpti = true;
        return trampoline();
    }

    /**
     * Has a root by which processes enter the kernel: on arm64 {@code tramp_pg_dir}, as with {@code
     * CONFIG_UNMAP_KERNEL_AT_EL0}; on x86-64 each root has a second one behind it, as with
     * page-table isolation.
     */
    public GuestImageBuilder trampoline() {
        trampoline = true;
        return this;
    }

    /**
     * On arm64 has an {@code idmap_pg_dir} that maps the kernel's text to itself, with 48 bits of
     * VA.
     */
    public GuestImageBuilder identityMap() {
        identityMap = geometry instanceof Arm64Geometry;
        return this;
    }

    /** Adds a stale VMCOREINFO, a module's BTF and a second copy of the kernel's. */
    public GuestImageBuilder decoys() {
        decoys = true;
        return this;
    }

    /** Number of CPUs, each with an idle task and a run queue. */
    public GuestImageBuilder cpus(int count) {
        cpus = count;
        return this;
    }

    /** No task refers to its run queue, as without {@code CONFIG_FAIR_GROUP_SCHED}. */
    public GuestImageBuilder withoutGroupScheduling() {
        groupScheduling = false;
        return this;
    }

    /**
     * Keeps a task's CPU in {@code task_struct.cpu}, and has {@code thread_info.cpu} besides, which
     * is dead: as a kernel does to which a newer one's members were brought back.
     */
    public GuestImageBuilder cpuInTask() {
        cpuInTask = true;
        return this;
    }

    /** Its kcore does not show where modules would lie, as without {@code CONFIG_MODULES}. */
    public GuestImageBuilder withoutModules() {
        modules = false;
        return this;
    }

    /**
     * Has a hole in its image, where what was for booting only was unmapped ({@code
     * free_initmem()}), and objects there that were allocated since.
     */
    public GuestImageBuilder usesInitMemory() {
        usesInitMemory = true;
        return this;
    }

    /**
     * Has {@code struct page} of frames in use and their neighbours only, and holes for others. For
     * guests much larger than what is in them.
     */
    public GuestImageBuilder vmemmapOfUsedFrames() {
        vmemmapOfUsedFrames = true;
        return this;
    }

    /**
     * Marks the tables of the linear map in {@code struct page}, as a kernel does with those that
     * it makes of its own when there is a page allocator: {@code pgd_pgtable_alloc_init_mm} in
     * {@code arch/arm64/mm/mmu.c}. Otherwise they are of early boot, in reserved frames.
     */
    public GuestImageBuilder marksKernelTables() {
        marksKernelTables = true;
        return this;
    }

    /** As many more CPUs as can exist, and were never brought up: {@code maxcpus=}. */
    public GuestImageBuilder cpusDown(int count) {
        cpusDown = count;
        return this;
    }

    /**
     * The last bytes of RAM were added after boot, a multiple of what a last-level table maps:
     * their tables of the linear map are without mark, and in no reserved frame.
     */
    public GuestImageBuilder addedMemory(long bytes) {
        addedMemory = bytes;
        return this;
    }

    /** Has an address space for firmware, with a root like a process's: {@code efi_mm}. */
    public GuestImageBuilder efi() {
        efi = true;
        return this;
    }

    /** How full maple nodes are: few slots make deep trees. */
    public GuestImageBuilder mapleSlots(int leaf, int inner) {
        mapleLeafSlots = leaf;
        mapleInnerSlots = inner;
        return this;
    }

    /** Mounts a file system; before the files in it are mapped. */
    public GuestImageBuilder mount(String path, String type, int major, int minor) {
        mounts.add(new Mount(path, type, major << 20 | minor));
        return this;
    }

    /** A process whose parent is the idle task, as {@code init}'s is. */
    public GuestImageBuilder task(int pid, String comm, Consumer<TaskBuilder> content) {
        content.accept(add(pid, pid, 0, comm, false));
        return this;
    }

    /** A kernel thread; its name may be longer than {@code comm} holds. */
    public GuestImageBuilder kernelThread(int pid, String name) {
        add(pid, pid, pid == 2 || !tasks.containsKey(2) ? 0 : 2, name, true).state("I");
        return this;
    }

    /** A child of the first process that has ended and is not reaped. */
    public GuestImageBuilder zombie(int pid, String comm) {
        add(pid, pid, tasks.containsKey(1) ? 1 : 0, comm, false).state("Z");
        return this;
    }

    /** A {@code task_struct} that was freed and not written over: no reference, no stack. */
    public GuestImageBuilder freedTask(int pid, String comm) {
        freedTasks.put(pid, comm);
        return this;
    }

    /** An address space that no task has, as of one that something else holds on to. */
    public GuestImageBuilder mmWithoutTask(Consumer<MmBuilder> content) {
        MmBuilder mm = new MmBuilder(this, -1 - mmsWithoutTask.size());
        content.accept(mm);
        mmsWithoutTask.add(mm);
        return this;
    }

    TaskBuilder.PidNamespace pidNamespaceIn(TaskBuilder.PidNamespace parent) {
        return new TaskBuilder.PidNamespace(++pidNamespaces, parent.level() + 1, parent);
    }

    /**
     * The first frame of the huge page of zeroes, which the guest has from now on: {@code
     * get_huge_zero_folio()}. Its size is what an entry above the last level maps.
     */
    public long hugeZero() {
        if (hugeZeroPfn < 0) {
            hugeZeroPfn = allocate(framesOfBlock(), framesOfBlock());
        }
        return hugeZeroPfn;
    }

    /** The first frame of a block of the kernel's own, as large as {@link #hugeZero}. */
    public long kernelBlock() {
        kernelBlocks.add(allocate(framesOfBlock(), framesOfBlock()));
        return kernelBlocks.getLast();
    }

    /** Frames that an entry above the last level maps. */
    int framesOfBlock() {
        return (int) (geometry.entrySize(2) / geometry.pageSize());
    }

    /** The number of a free frame, to map where one likes. */
    public long allocate() {
        return frames().allocate();
    }

    /** The first of consecutive free frames, its number a multiple of {@code align}. */
    public long allocate(int count, int align) {
        return frames().allocate(count, align);
    }

    /** Writes the image, and says what is in it. */
    public WrittenGuest write(Path path) throws IOException {
        return new GuestWriter(this).write(path);
    }

    TaskBuilder add(int pid, int tgid, int parent, String name, boolean kthread) {
        TaskBuilder task = new TaskBuilder(this, pid, tgid, parent, name, kthread);
        if (pid <= 0 || tasks.putIfAbsent(pid, task) != null) {
            throw new IllegalArgumentException("pid " + pid + " is taken");
        }
        return task;
    }

    TaskBuilder task(int pid) {
        TaskBuilder task = tasks.get(pid);
        if (task == null) {
            throw new IllegalArgumentException("no task " + pid);
        }
        return task;
    }

    FrameAllocator frames() {
        if (frames == null) {
            int shift = geometry.pageShift();
            frames = new FrameAllocator(ram(), shift);
            frames.reserve(imagePa() >>> shift, IMAGE_SIZE >>> shift);
            if (ramBase == 0) {
                frames.reserve(0, 1); // which the kernel uses for nothing
            }
            if (scatter != null) {
                frames.scatter(scatter);
            }
        }
        return frames;
    }

    /** Where RAM lies. */
    RamRuns ram() {
        return new RamRuns(ramBase, ramSize, Math.min(low, ramSize));
    }

    /** Whether each root has a second one behind it. */
    boolean hasPairs() {
        return trampoline && geometry instanceof X86Geometry;
    }

    /** Physical address of {@code _text}. */
    long imagePa() {
        return ramBase + IMAGE_OFFSET + physicalSlide;
    }

    private void requireNothingAllocated() {
        if (frames != null) {
            throw new IllegalStateException("pages are allocated already");
        }
    }
}
