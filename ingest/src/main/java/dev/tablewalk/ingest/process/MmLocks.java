package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.kernel.SpinLock;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which locks of an {@code mm_struct} are held: what these guard may be in the middle of a change,
 * and need not be as the kernel counts it.
 */
final class MmLocks {
    /** {@code RWSEM_WRITER_LOCKED}, and from {@code RWSEM_READER_SHIFT} on how many readers. */
    private static final long WRITER = 1;

    private static final int READERS = 8;

    /** {@code READER_BIAS} of {@code include/linux/rwbase_rt.h}: there while nobody writes. */
    private static final int UNLOCKED = 1 << 31;

    private final KernelMemory memory;
    private final SpinLock spinLock;
    private final Optional<Field> count;
    private final Optional<Field> readers;
    private final Optional<Field> tableLock;

    MmLocks(Kernel kernel) {
        memory = kernel.memory();
        spinLock = new SpinLock(kernel);
        TypeInfo types = kernel.types();
        // Renamed with commit da1c55f1b272.
        count =
                types.member("mm_struct", "mmap_lock.count.counter")
                        .or(() -> types.member("mm_struct", "mmap_sem.count.counter"));
        readers =
                count.isPresent()
                        ? Optional.empty()
                        : types.member("mm_struct", "mmap_lock.rwbase.readers.counter");
        tableLock = types.member("mm_struct", "page_table_lock");
    }

    /** Their members' names. */
    List<String> heldOf(long mm) {
        List<String> held = new ArrayList<>();
        if (count.isPresent()) {
            long value = memory.number(mm, count.get());
            if ((value & WRITER) != 0 || (value & Long.MAX_VALUE) >>> READERS != 0) {
                held.add("mmap_lock");
            }
        } else if (readers.isPresent() && (int) memory.number(mm, readers.get()) != UNLOCKED) {
            held.add("mmap_lock");
        }
        if (tableLock.isPresent() && spinLock.isHeld(mm + tableLock.get().offset())) {
            held.add("page_table_lock");
        }
        return held;
    }
}
