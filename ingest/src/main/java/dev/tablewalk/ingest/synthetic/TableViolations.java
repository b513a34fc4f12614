package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.FrameLedger.Entry;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Plants into a written image, which is sound, what checks of page tables and frames look for: one
 * inconsistency each, all else left as it was. The image is changed in place; the truth is not.
 *
 * <p>Entries that allow more than their VMA does, or lie in none, need no edit: {@link
 * MmBuilder#page(long, long, LeafFlag...)}. Tables that lead to themselves, to their root or out of
 * RAM are {@link Damage}.
 */
public final class TableViolations {
    private final WrittenGuest guest;
    private final Geometry geometry;
    private final Damage image;
    private final StructPages structPages;
    private final Deque<Long> spares;

    /** One for a guest that has its spare frames still. */
    public TableViolations(WrittenGuest guest) {
        this.guest = guest;
        this.geometry = guest.geometry();
        this.image = new Damage(guest);
        this.structPages =
                new StructPages(
                        KernelDeclarations.of(guest.era()),
                        guest.era(),
                        pfn -> guest.vmemmapStart() + pfn * guest.size("page"));
        this.spares = new ArrayDeque<>(guest.spares());
    }

    /** Lets user mode both write and execute what is mapped here. */
    public Leaf userWritableAndExecutable(int pid, long va) throws IOException {
        Leaf leaf = guest.leaf(guest.mm(pid).root(), va);
        return replace(leaf, leaf.pa(), LeafFlag.WRITABLE, LeafFlag.DIRTY, LeafFlag.EXECUTABLE);
    }

    /** Lets the kernel both write and execute a page of its data. */
    public Leaf kernelWritableAndExecutable() throws IOException {
        Leaf leaf = kernelLeaf(symbol("_sdata"));
        return replace(
                leaf,
                leaf.pa(),
                LeafFlag.KERNEL,
                LeafFlag.GLOBAL,
                LeafFlag.WRITABLE,
                LeafFlag.KERNEL_EXECUTABLE);
    }

    /** Lets the kernel write to its text through the linear map. */
    public Leaf textWritableInLinearMap() throws IOException {
        return writableInLinearMap("_stext");
    }

    /** Lets the kernel write to its constants through the linear map. */
    public Leaf rodataWritableInLinearMap() throws IOException {
        return writableInLinearMap("__start_rodata");
    }

    private Leaf writableInLinearMap(String symbol) throws IOException {
        Leaf leaf = kernelLeaf(guest.linear(guest.physical(symbol(symbol))));
        return replace(leaf, leaf.pa(), LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.WRITABLE);
    }

    /** Lets user mode access a page of the kernel's data. */
    public Leaf userAccessToKernel() throws IOException {
        Leaf leaf = kernelLeaf(symbol("_sdata") + geometry.pageSize());
        return replace(leaf, leaf.pa(), LeafFlag.GLOBAL, LeafFlag.WRITABLE);
    }

    /**
     * Has a process's root, which has the kernel's half too, lead to a table where no other root
     * leads to anything. That is empty, and counted as the process's.
     */
    public void kernelHalfOfItsOwn(int pid) throws IOException {
        long linear = guest.linear(guest.ramBase());
        long unused =
                guest.mm(pid).root() + 8L * (geometry.index(linear, geometry.rootLevel()) + 1);
        if (image.u64(unused) != 0) {
            throw new IllegalStateException("that part of the kernel's half is in use");
        }
        long table = spares.removeFirst();
        String level = geometry.levelName(geometry.rootLevel() + 1);
        image.put(table, ByteBuffer.allocate((int) geometry.pageSize()));
        say(table, guest.era().marksTable(level) ? FrameUse.TABLE : FrameUse.OTHER);
        image.putU64(unused, geometry.descriptors().table(table, true));
        if (!level.equals("P4D")) {
            new MmViolations(guest).addTableBytes(pid, geometry.pageSize());
        }
    }

    /** Lets the kernel execute a page through the linear map. */
    public Leaf executableInLinearMap(long pa) throws IOException {
        Leaf leaf = kernelLeaf(guest.linear(pa));
        return replace(
                leaf, leaf.pa(), LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.KERNEL_EXECUTABLE);
    }

    /** Maps a page behind the code by which processes enter the kernel. */
    public Leaf mapInTrampoline(long pa) throws IOException {
        long root = guest.entryRoot();
        Leaf code = guest.leaf(root, symbol("_stext") & -geometry.pageSize());
        Leaf next =
                new Leaf(
                        code.root(),
                        code.table(),
                        code.level(),
                        code.index() + 1,
                        code.va() + code.size(),
                        pa,
                        code.size(),
                        0,
                        code.attributes());
        return replace(next, pa, LeafFlag.KERNEL, LeafFlag.GLOBAL);
    }

    private long symbol(String name) {
        Long va = guest.symbols().get(name);
        if (va == null) {
            throw new IllegalArgumentException("no symbol " + name);
        }
        return va;
    }

    private Leaf kernelLeaf(long va) {
        return guest.leaf(guest.swapperPgDir(), va);
    }

    /** Makes the entry of a process's page lead to memory that is no RAM. */
    public Leaf leafOutsideRam(int pid, long va) throws IOException {
        long pa = guest.ram().end() + (1L << 30);
        return replace(guest.leaf(guest.mm(pid).root(), va), pa, LeafFlag.WRITABLE);
    }

    /** Gives a process a page table to read and write, in the place of one of its pages. */
    public Leaf mapTable(int pid, long va, Table table) throws IOException {
        return replace(guest.leaf(guest.mm(pid).root(), va), table.pa(), LeafFlag.WRITABLE);
    }

    private Leaf replace(Leaf leaf, long pa, LeafFlag... flags) throws IOException {
        Set<LeafFlag> set = Set.of(flags);
        long raw = geometry.descriptors().leaf(leaf.level(), pa, set, guest.era());
        image.putU64(leaf.table() + 8L * leaf.index(), raw);
        return new Leaf(
                leaf.root(),
                leaf.table(),
                leaf.level(),
                leaf.index(),
                leaf.va(),
                pa,
                leaf.size(),
                raw,
                geometry.descriptors().attributes(set));
    }

    /**
     * Forbids for all that is below a table entry.
     *
     * @param level of the table that holds it
     * @return physical address of the entry
     */
    public long limit(long root, int level, long va, TableLimit... limits) throws IOException {
        long entry = entry(root, level, va);
        long raw = image.u64(entry);
        for (TableLimit each : limits) {
            raw = geometry.descriptors().limited(raw, each);
        }
        image.putU64(entry, raw);
        return entry;
    }

    private long entry(long root, int level, long va) {
        return guest.table(root, level, va).pa() + 8L * geometry.index(va, level);
    }

    /**
     * Writes a table that the kernel marks as one and nothing leads to: a copy of the last-level
     * table that covers an address.
     *
     * @return its physical address
     */
    public long orphanTable(int pid, long va) throws IOException {
        long pa = staleTable(pid, va);
        say(pa, FrameUse.TABLE);
        return pa;
    }

    /** The same with nothing to tell that it is a table but what is in it. */
    public long staleTable(int pid, long va) throws IOException {
        long pa = spares.removeFirst();
        long from = guest.table(guest.mm(pid).root(), 3, va).pa();
        image.put(pa, image.bytes(from, (int) geometry.pageSize()));
        return pa;
    }

    /** Makes {@code struct page} say that a frame is used for something else than it is. */
    public void say(long pa, FrameUse use) throws IOException {
        long pfn = pa >>> geometry.pageShift();
        byte[] page =
                use == FrameUse.BUDDY
                        ? structPages.buddy(pfn, 0)
                        : structPages.of(pfn, new Entry(use, 0, 0, 0, pfn, 0));
        image.put(guest.structPage(pa), ByteBuffer.wrap(page));
    }

    /** Makes {@code struct page} say that a page of a process is its mapping's next one. */
    public void moveInMapping(long pa) throws IOException {
        long at = guest.member(guest.structPage(pa), "page", "index");
        image.putU64(at, image.bytes(at, 8).getLong() + 1);
    }

    /** Makes {@code struct page} count so many more mappings of a page than there are. */
    public void addMappings(long pa, int mappings) throws IOException {
        long at = guest.member(guest.structPage(pa), "page", "_mapcount");
        image.putU32(at, image.bytes(at, 4).getInt() + mappings);
    }

    /** Takes the mark off a table that is in use. */
    public void unmark(Table table) throws IOException {
        say(table.pa(), FrameUse.OTHER);
    }

    /**
     * Has a process use the last-level table that another has for the same address.
     *
     * @return the table that is in both trees now
     */
    public Table shareTable(int fromPid, int toPid, long va) throws IOException {
        Table table = guest.table(guest.mm(fromPid).root(), 3, va);
        image.putU64(
                entry(guest.mm(toPid).root(), 2, va),
                geometry.descriptors().table(table.pa(), false));
        return table;
    }

    /**
     * Maps the last table of the linear map once more, right behind where it belongs.
     *
     * @return the table that has two places now
     */
    public Table kernelTableTwice() throws IOException {
        long kernel = guest.swapperPgDir();
        long last = guest.linear(guest.ram().end() - 1);
        Table table = guest.table(kernel, 3, last);
        image.putU64(entry(kernel, 2, last) + 8, geometry.descriptors().table(table.pa(), true));
        return table;
    }

    /**
     * Has an entry of a process's table lead to a table of the kernel's, to one of the linear map.
     *
     * @param level of the process's table
     * @param va that is not mapped by the process, nor anything that the entry covers
     * @return the kernel's table
     */
    public Table kernelTableInUserTree(int pid, int level, long va) throws IOException {
        long kernel = guest.swapperPgDir();
        Table table = guest.table(kernel, level + 1, guest.linear(guest.ramBase()));
        image.putU64(
                entry(guest.mm(pid).root(), level, va),
                geometry.descriptors().table(table.pa(), false));
        return table;
    }
}
