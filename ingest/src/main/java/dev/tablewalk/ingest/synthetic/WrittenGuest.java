package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.graph.LeafAttributes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The truth about an image that {@link GuestImageBuilder} wrote, from what it was asked to write
 * and not from reading it back.
 *
 * @param path of the image
 * @param ram where RAM lies
 * @param tasks every {@code task_struct}, CPU 0's idle task first
 * @param freedTasks kernel virtual addresses of {@code task_struct}s that were freed
 * @param mms every {@code mm_struct} but {@code init_mm}
 * @param tables every table reached from a root, roots included; those of the kernel too
 * @param leaves every entry that maps memory, of the kernel's root too
 * @param swaps every swap entry
 * @param symbols kernel virtual addresses by name
 * @param layouts of structs, by their tags
 * @param mapleNodes kernel virtual addresses of all nodes of maple trees
 * @param frames what {@code struct page} says of every frame in use, by frame number
 * @param vmemmap physical addresses of the pages that hold {@code struct page}, by their kernel
 *     virtual addresses
 * @param vmemmapStart kernel virtual address of {@code struct page} of PFN 0
 * @param spares physical addresses of frames that the kernel has allocated and not written to
 */
public record WrittenGuest(
        Path path,
        Geometry geometry,
        KernelEra era,
        RamRuns ram,
        long kernelOffset,
        long kimageVoffset,
        long physOffset,
        List<Task> tasks,
        List<Long> freedTasks,
        List<Mm> mms,
        List<Table> tables,
        List<Leaf> leaves,
        List<Swap> swaps,
        Map<String, Long> symbols,
        Map<String, Layout> layouts,
        List<Long> mapleNodes,
        Map<Long, Frame> frames,
        Map<Long, Long> vmemmap,
        long vmemmapStart,
        List<Long> spares) {
    /**
     * A {@code task_struct}.
     *
     * @param address kernel virtual address
     * @param mm address of its {@code mm_struct}; 0 if it has none
     * @param state one letter, as {@code /proc/PID/status} gives it
     */
    public record Task(
            long address,
            int pid,
            int tgid,
            int parent,
            String comm,
            String name,
            String state,
            boolean kthread,
            long uid,
            long startTime,
            long execId,
            long mm) {}

    /**
     * An {@code mm_struct}.
     *
     * @param address kernel virtual address
     * @param root physical address of its PGD
     */
    public record Mm(long address, long root, List<Vma> vmas) {}

    /**
     * A {@code vm_area_struct}.
     *
     * @param address kernel virtual address
     * @param start user virtual address of the first byte
     * @param end user virtual address behind the last byte
     * @param perms as {@code /proc/PID/maps} prints them
     * @param pgoff pages
     * @param name as {@code /proc/PID/maps} prints it
     * @param inode number; 0 without a file
     */
    public record Vma(
            long address,
            long start,
            long end,
            String perms,
            long pgoff,
            String name,
            long inode,
            boolean deleted) {}

    /**
     * A page table.
     *
     * @param root physical address of its tree's root
     * @param level the architecture's, -1 to 3
     * @param name of the level, as Linux has it
     * @param va first virtual address that it covers
     * @param pa physical address
     * @param parent physical address of the table that points to it; 0 of a root
     */
    public record Table(long root, int level, String name, long va, long pa, long parent) {}

    /**
     * An entry that maps memory.
     *
     * @param root physical address of its tree's root
     * @param table physical address of its table
     * @param level of its table
     * @param va first virtual address that it maps
     * @param pa physical address that this is mapped to
     * @param size bytes
     * @param raw the descriptor
     */
    public record Leaf(
            long root,
            long table,
            int level,
            int index,
            long va,
            long pa,
            long size,
            long raw,
            LeafAttributes attributes) {}

    /** A swap entry, in the words of {@link Leaf}. */
    public record Swap(
            long root,
            long table,
            int level,
            int index,
            long va,
            int type,
            long offset,
            long raw) {}

    /**
     * What {@code struct page} says of a frame.
     *
     * @param mapped how often processes map it
     * @param head number of the first frame of its compound page; its own if it is in none
     * @param order log2 of the frames of its compound page, or of the free block that it begins
     */
    public record Frame(FrameUse use, int mapped, long head, int order) {}

    /**
     * A struct's layout in this guest.
     *
     * @param size bytes
     * @param offsets bytes, by member; members of anonymous structs are among them
     */
    public record Layout(int size, Map<String, Integer> offsets) {}

    public WrittenGuest {
        tasks = List.copyOf(tasks);
        freedTasks = List.copyOf(freedTasks);
        mms = List.copyOf(mms);
        tables = List.copyOf(tables);
        leaves = List.copyOf(leaves);
        swaps = List.copyOf(swaps);
        symbols = Map.copyOf(symbols);
        layouts = Map.copyOf(layouts);
        mapleNodes = List.copyOf(mapleNodes);
        frames = Map.copyOf(frames);
        vmemmap = Map.copyOf(vmemmap);
        spares = List.copyOf(spares);
    }

    /** The task with this pid. */
    public Task task(int pid) {
        return tasks.stream()
                .filter(t -> t.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no task " + pid));
    }

    /** The mm of the task with this pid. */
    public Mm mm(int pid) {
        long address = task(pid).mm();
        return mms.stream()
                .filter(m -> m.address() == address)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("task " + pid + " has no mm"));
    }

    /** The entry that maps an address in the tree with this root. */
    public Leaf leaf(long root, long va) {
        return leaves.stream()
                .filter(l -> l.root() == root && va - l.va() >= 0 && va - l.va() < l.size())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("not mapped: " + Long.toHexString(va)));
    }

    /** What {@code struct page} says of the frame of this physical address. */
    public Frame frame(long pa) {
        long pfn = pa >>> geometry.pageShift();
        return frames.getOrDefault(pfn, new Frame(FrameUse.BUDDY, 0, pfn, 0));
    }

    /** Physical address of the {@code struct page} of the frame of this physical address. */
    public long structPage(long pa) {
        long va = vmemmapStart + (pa >>> geometry.pageShift()) * size("page");
        long offset = va & (geometry.pageSize() - 1);
        Long page = vmemmap.get(va - offset);
        if (page == null) {
            throw new IllegalArgumentException("no struct page of 0x" + Long.toHexString(pa));
        }
        return page + offset;
    }

    /** The table of this level that covers an address in the tree with this root. */
    public Table table(long root, int level, long va) {
        long covered = level == geometry.rootLevel() ? 0 : -geometry.entrySize(level - 1);
        return tables.stream()
                .filter(t -> t.root() == root && t.level() == level)
                .filter(t -> covered == 0 || t.va() == (va & covered))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no table of level " + level + " for " + va));
    }

    /** Physical address of the image's first byte. */
    public long ramBase() {
        return ram.base();
    }

    /** Bytes of RAM, and of the image. */
    public long ramSize() {
        return ram.size();
    }

    /** Physical address of the kernel's root table. */
    public long swapperPgDir() {
        return physical(symbols.getOrDefault(geometry.rootSymbol(), 0L));
    }

    /** Physical address of the root by which processes enter the kernel, where there is one. */
    public long entryRoot() {
        Long symbol = symbols.get("tramp_pg_dir");
        return symbol == null ? swapperPgDir() + geometry.pageSize() : physical(symbol);
    }

    /** Kernel virtual address of RAM in the linear map. */
    public long linear(long pa) {
        return (pa - physOffset) | geometry.pageOffset();
    }

    /** Physical address of a kernel virtual one, of the image or of the linear map. */
    public long physical(long va) {
        boolean linear = va < geometry.linearEnd();
        return linear ? (va & ~geometry.pageOffset()) + physOffset : va - kimageVoffset;
    }

    /** Bytes that a struct takes. */
    public int size(String struct) {
        Layout layout = layouts.get(struct);
        if (layout == null) {
            throw new IllegalArgumentException("no " + struct);
        }
        return layout.size();
    }

    /** Kernel virtual address of a struct's member. */
    public long member(long address, String struct, String member) {
        Layout layout = layouts.get(struct);
        Integer offset = layout == null ? null : layout.offsets().get(member);
        if (offset == null) {
            throw new IllegalArgumentException("no " + struct + "." + member);
        }
        return address + offset;
    }
}
