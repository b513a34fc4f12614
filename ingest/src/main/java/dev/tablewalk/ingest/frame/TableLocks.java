package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.kernel.SpinLock;
import dev.tablewalk.ingest.types.Field;
import java.util.Optional;

/**
 * The locks of page tables, which whoever changes entries of the last two levels holds, with what
 * is counted of them: {@code ptlock_ptr()} in {@code include/linux/mm.h}. Each lies in the {@code
 * struct page} of its table; where a lock is larger than a word, a pointer to it does.
 */
public final class TableLocks {
    private static final String IN_PLACE = "ptl.rlock.raw_lock.val.counter";

    private final KernelMemory memory;
    private final SpinLock locks;
    private final Optional<Field> lock;
    private final boolean inPlace;
    private final long base;
    private final int size;
    private final int pageShift;

    /**
     * @param frames tells where {@code struct page} lies
     */
    public TableLocks(Kernel kernel, Frames frames) {
        memory = kernel.memory();
        locks = new SpinLock(kernel);
        inPlace = member(kernel, IN_PLACE).isPresent();
        lock = member(kernel, "ptl");
        base = frames.vmemmap();
        size = kernel.types().structSize("page").orElse(0);
        pageShift = kernel.map().format().pageShift();
    }

    private static Optional<Field> member(Kernel kernel, String path) {
        return kernel.types()
                .member("ptdesc", path) // commit 394290cba966
                .or(() -> kernel.types().member("page", path));
    }

    /**
     * Whether somebody changes a table's entries, or waits to.
     *
     * @param pa physical address of a table of the last two levels that the kernel marks as one
     * @return false also if it cannot be told
     */
    public boolean isHeld(long pa) {
        if (lock.isEmpty() || size == 0) {
            return false;
        }
        long at = base + (pa >>> pageShift) * size + lock.get().offset();
        if (inPlace) {
            return locks.isHeld(at);
        }
        return memory.readable(at, Long.BYTES) && locks.isHeld(memory.pointer(at));
    }
}
