package dev.tablewalk.ingest.synthetic;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernel stacks of tasks, in pages of their own in the vmalloc region with a guard page between
 * ({@code CONFIG_VMAP_STACK}).
 */
final class KernelStacks {
    private static final long MIN_THREAD_SIZE = 0x4000;
    private static final long STACK_END_MAGIC = 0x57ac_6e9d;

    private final FrameAllocator frames;
    private final KernelMemory memory;
    private final int pageShift;
    private final long threadSize;
    private final Map<Long, Long> pages = new LinkedHashMap<>();
    private long next;

    /**
     * @param start virtual address to begin at
     */
    KernelStacks(FrameAllocator frames, KernelMemory memory, Geometry geometry, long start) {
        this.frames = frames;
        this.memory = memory;
        this.pageShift = geometry.pageShift();
        this.threadSize = size(geometry);
        this.next = start;
    }

    /** {@code THREAD_SIZE}: bytes of a stack. */
    static long size(Geometry geometry) {
        return Math.max(MIN_THREAD_SIZE, geometry.pageSize());
    }

    /** Marks the end of a stack that the kernel image or the linear map has. */
    static void seal(KernelMemory memory, long stack) {
        memory.putU64(stack, STACK_END_MAGIC);
    }

    /** A stack's lowest address: {@code task_struct.stack}. */
    long allocate() {
        long align = 2 * threadSize;
        long stack = Math.ceilDiv(next, align) * align;
        for (long at = 0; at < threadSize; at += 1L << pageShift) {
            pages.put(stack + at, frames.allocate() << pageShift);
        }
        seal(memory, memory.linear(pages.getOrDefault(stack, 0L)));
        next = stack + threadSize + (1L << pageShift);
        return stack;
    }

    /** Physical addresses of all their pages by virtual addresses. */
    Map<Long, Long> pages() {
        return pages;
    }
}
