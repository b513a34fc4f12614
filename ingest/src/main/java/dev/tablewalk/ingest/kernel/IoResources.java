package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.kernel.Memblock.Region;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The RAM that the kernel has registered: what {@code /proc/iomem} calls System RAM, of the tree of
 * {@code struct resource} below {@code iomem_resource} ({@code include/linux/ioport.h}). It is kept
 * everywhere, and has what was plugged in since; not all of it is the kernel's to map.
 */
final class IoResources {
    /** {@code IORESOURCE_SYSRAM}. */
    private static final long SYSTEM_RAM = 0x0100_0000;

    private static final int MOST = 1 << 14;

    private IoResources() {}

    /**
     * Reads it, by ascending address.
     *
     * @param root kernel virtual address of {@code iomem_resource}
     * @return nothing if it cannot be read, or makes no sense
     */
    static List<Region> systemRam(KernelMemory memory, TypeInfo types, long root) {
        Optional<Field> start = types.member("resource", "start");
        Optional<Field> end = types.member("resource", "end");
        Optional<Field> flags = types.member("resource", "flags");
        Optional<Field> child = types.member("resource", "child");
        Optional<Field> sibling = types.member("resource", "sibling");
        if (start.isEmpty()
                || end.isEmpty()
                || flags.isEmpty()
                || child.isEmpty()
                || sibling.isEmpty()) {
            return List.of();
        }
        List<Region> found = new ArrayList<>();
        try {
            long behind = 0;
            int left = MOST;
            for (long at = memory.pointer(root, child.get());
                    at != 0;
                    at = memory.pointer(at, sibling.get())) {
                long from = memory.number(at, start.get());
                long last = memory.number(at, end.get());
                if (--left < 0 || from < behind || last < from || last == Long.MAX_VALUE) {
                    return List.of();
                }
                behind = last + 1;
                if ((memory.number(at, flags.get()) & SYSTEM_RAM) != 0) {
                    found.add(new Region(from, behind - from, 0));
                }
            }
        } catch (MemoryFault e) {
            return List.of();
        }
        return List.copyOf(found);
    }
}
