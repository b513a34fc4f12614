package dev.tablewalk.ingest.synthetic;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernel stacks of tasks, in pages of their own in the vmalloc region with a guard page between
 * ({@code CONFIG_VMAP_STACK}, {@code arch/arm64/include/asm/memory.h}).
 */
final class KernelStacks {
    private static final long MIN_THREAD_SIZE = 0x4000;
    private static final long STACK_END_MAGIC = 0x57ac_6e9d;

    private final FrameAllocator frames;
    private final RamImage ram;
    private final int pageShift;
    private final long threadSize;
    private final Map<Long, Long> pages = new LinkedHashMap<>();
    private long next;

    /**
     * @param start virtual address to begin at
     */
    KernelStacks(FrameAllocator frames, RamImage ram, Geometry geometry, long start) {
        this.frames = frames;
        this.ram = ram;
        this.pageShift = geometry.pageShift();
        this.threadSize = Math.max(MIN_THREAD_SIZE, geometry.pageSize());
        this.next = start;
    }

    /** {@code THREAD_SIZE}, bytes. */
    long threadSize() {
        return threadSize;
    }

    /** A stack's lowest address: {@code task_struct.stack}. */
    long allocate() {
        long align = 2 * threadSize;
        long stack = Math.ceilDiv(next, align) * align;
        for (long at = 0; at < threadSize; at += 1L << pageShift) {
            pages.put(stack + at, frames.allocate() << pageShift);
        }
        ram.putU64(pages.getOrDefault(stack, 0L), STACK_END_MAGIC);
        next = stack + threadSize + (1L << pageShift);
        return stack;
    }

    /** Physical addresses of all their pages by virtual addresses. */
    Map<Long, Long> pages() {
        return pages;
    }
}
