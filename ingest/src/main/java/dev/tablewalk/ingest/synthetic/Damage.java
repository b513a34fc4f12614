package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Mm;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;

/**
 * Breaks a written image in the ways that guests are found broken: torn pointers, cycles, counts
 * that cannot be, tables that lie nowhere. The image is changed in place; the truth is not.
 */
public final class Damage {
    private final WrittenGuest guest;

    /**
     * What can no longer be found in one tree.
     *
     * @param from first virtual address
     * @param to virtual address behind the last byte; unsigned
     */
    public record Lost(long root, long from, long to) {
        /** Whether an entry of this tree at this address is lost. */
        public boolean contains(long treeRoot, long va) {
            return root == treeRoot && Long.compareUnsigned(va - from, to - from) < 0;
        }
    }

    public Damage(WrittenGuest guest) {
        this.guest = guest;
    }

    /** Overwrites 8 bytes of RAM. */
    public void putU64(long pa, long value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        put(pa, bytes.putLong(value).flip());
    }

    /** Overwrites 4 bytes of RAM. */
    public void putU32(long pa, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        put(pa, bytes.putInt(value).flip());
    }

    /** Reads 8 bytes of RAM. */
    public long u64(long pa) throws IOException {
        return bytes(pa, 8).getLong();
    }

    /** Reads bytes of RAM. */
    ByteBuffer bytes(long pa, int length) throws IOException {
        requireInRam(pa, length);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(guest.path(), StandardOpenOption.READ)) {
            long at = guest.ram().offset(pa);
            while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
                // Until all is read.
            }
        }
        return bytes.rewind();
    }

    private void requireInRam(long pa, int length) {
        long offset = guest.ram().offset(pa);
        if (offset < 0 || guest.ram().offset(pa + length - 1) != offset + length - 1) {
            throw new IllegalArgumentException("outside RAM: 0x" + Long.toHexString(pa));
        }
    }

    /** Overwrites bytes of RAM. */
    public void put(long pa, ByteBuffer bytes) throws IOException {
        requireInRam(pa, bytes.remaining());
        try (FileChannel file = FileChannel.open(guest.path(), StandardOpenOption.WRITE)) {
            long at = guest.ram().offset(pa);
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        }
    }

    /** Overwrites a member of 8 bytes of a struct, or the first 8 of a larger one. */
    public void member(long address, String struct, String member, long value) throws IOException {
        putU64(guest.physical(guest.member(address, struct, member)), value);
    }

    /** Fills RAM with noise. */
    public void noise(long pa, int length, RandomGenerator random) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        put(pa, ByteBuffer.wrap(bytes));
    }

    /**
     * Overwrites a table entry, whatever stands there.
     *
     * @param level of the table that holds it
     */
    public Lost entry(long root, int level, long va, long descriptor) throws IOException {
        Geometry geometry = guest.geometry();
        Table table = guest.table(root, level, va);
        putU64(table.pa() + 8L * geometry.index(va, level), descriptor);
        long size = geometry.entrySize(level);
        return new Lost(root, va & -size, (va & -size) + size);
    }

    /** Makes an entry point to the table that it stands in. */
    public Lost tableToItself(long root, int level, long va) throws IOException {
        long pa = guest.table(root, level, va).pa();
        return entry(root, level, va, descriptor(root, pa));
    }

    /** Makes an entry point to its tree's root. */
    public Lost tableToRoot(long root, int level, long va) throws IOException {
        return entry(root, level, va, descriptor(root, root & -guest.geometry().pageSize()));
    }

    /** Makes an entry point to a table behind the end of RAM. */
    public Lost tableOutsideRam(long root, int level, long va) throws IOException {
        long outside = guest.ram().end() + 16 * guest.geometry().pageSize();
        return entry(root, level, va, descriptor(root, outside));
    }

    private long descriptor(long root, long pa) {
        return guest.geometry().descriptors().table(pa, root == guest.swapperPgDir());
    }

    /** Makes the list of tasks run in a circle that does not lead back to its head. */
    public void taskListLoop(int pid) throws IOException {
        long tasks = guest.member(guest.task(pid).address(), "task_struct", "tasks");
        putU64(guest.physical(tasks), tasks);
    }

    /** Makes the list of tasks lead to an address that is not mapped. */
    public void taskListTorn(int pid) throws IOException {
        Task task = guest.task(pid);
        member(task.address(), "task_struct", "tasks", 0xdead_0000_0000_0100L);
    }

    /** Makes the tree of VMAs lead to nowhere. */
    public void mapleRootGarbage(int pid) throws IOException {
        long tree = guest.member(guest.mm(pid).address(), "mm_struct", "mm_mt");
        long root = guest.member(tree, "maple_tree", "ma_root");
        putU64(guest.physical(root), 0xdead_beef_0000_001eL);
    }

    /** Fills a node of a maple tree with noise. */
    public void mapleNodeNoise(int node, RandomGenerator random) throws IOException {
        noise(guest.physical(guest.mapleNodes().get(node)), 256, random);
    }

    /** Makes an mm say that it has more VMAs than memory could hold. */
    public void absurdMapCount(int pid) throws IOException {
        Mm mm = guest.mm(pid);
        long count = guest.physical(guest.member(mm.address(), "mm_struct", "map_count"));
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        put(count, bytes.putInt(Integer.MAX_VALUE).flip());
    }

    /** Makes a task's mm lead to an address that is not mapped. */
    public void mmTorn(int pid) throws IOException {
        member(guest.task(pid).address(), "task_struct", "mm", 0xffff_0000_dead_0000L);
    }

    /** Makes an mm's root lie outside RAM. */
    public void pgdOutsideRam(int pid) throws IOException {
        long past = guest.ram().end() + guest.geometry().pageSize();
        long va = (past - guest.physOffset()) | guest.geometry().pageOffset();
        member(guest.mm(pid).address(), "mm_struct", "pgd", va);
    }
}
