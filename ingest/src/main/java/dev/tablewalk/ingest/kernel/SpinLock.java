package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.types.Field;
import java.util.Optional;

/**
 * Tells whether a {@code spinlock_t} is held: a queued spinlock is no longer zero ({@code
 * include/asm-generic/qspinlock_types.h}); with {@code CONFIG_PREEMPT_RT} it is a mutex that has an
 * owner.
 */
public final class SpinLock {
    private final KernelMemory memory;
    private final Optional<Field> word;

    public SpinLock(Kernel kernel) {
        memory = kernel.memory();
        word =
                kernel.types()
                        .member("spinlock", "rlock.raw_lock.val.counter")
                        .or(() -> kernel.types().member("spinlock", "lock.owner"));
    }

    /**
     * Whether somebody holds it.
     *
     * @param lock kernel virtual address
     * @return false also if it cannot be read
     */
    public boolean isHeld(long lock) {
        return word.isPresent()
                && memory.readable(lock + word.get().offset(), word.get().size())
                && memory.number(lock, word.get()) != 0;
    }
}
