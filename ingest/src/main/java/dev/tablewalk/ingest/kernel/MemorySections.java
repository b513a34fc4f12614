package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which memory the kernel had at boot, and which was added since, section by section: {@code struct
 * mem_section} in {@code include/linux/mmzone.h}. Cost: reads the array of all sections that the
 * kernel made room for.
 */
public final class MemorySections {
    private static final int PRESENT = 1; // SECTION_MARKED_PRESENT

    /** {@code SECTION_IS_EARLY_BIT}, where it is not told: commit 326e1b8f83a4. */
    private static final int EARLY_BIT = 3;

    private static final int MOST_SECTION_BITS = 25;

    private final KernelMemory memory;
    private final int shift;
    private final int earlyBit;
    private final BitSet early = new BitSet();
    private final BitSet added = new BitSet();

    private MemorySections(KernelMemory memory, int shift, int earlyBit) {
        this.memory = memory;
        this.shift = shift;
        this.earlyBit = earlyBit;
    }

    /** Nothing if the kernel does not tell where they are, or does not tell the two apart. */
    public static Optional<MemorySections> of(Kernel kernel) {
        Vmcoreinfo info = kernel.info();
        OptionalLong array = info.symbol("mem_section");
        OptionalLong roots = info.length("mem_section");
        OptionalLong shift = info.number("SECTION_SIZE_BITS");
        OptionalLong width = info.number("MAX_PHYSMEM_BITS");
        OptionalInt size = kernel.types().structSize("mem_section");
        Optional<Field> map = kernel.types().member("mem_section", "section_mem_map");
        if (array.isEmpty()
                || roots.isEmpty()
                || shift.isEmpty()
                || width.isEmpty()
                || size.isEmpty()
                || map.isEmpty()) {
            return Optional.empty();
        }
        long bits = width.getAsLong() - shift.getAsLong();
        boolean sound =
                shift.getAsLong() >= kernel.map().format().pageShift()
                        && bits >= 0
                        && bits <= MOST_SECTION_BITS
                        && roots.getAsLong() > 0
                        && roots.getAsLong() <= 1L << bits;
        if (!sound) {
            return Optional.empty();
        }
        MemorySections sections =
                new MemorySections(
                        kernel.memory(),
                        (int) shift.getAsLong(),
                        (int) kernel.types().enumerator("SECTION_IS_EARLY_BIT").orElse(EARLY_BIT));
        int perRoot = Math.toIntExact(Math.ceilDiv(1L << bits, roots.getAsLong()));
        for (int root = 0; root < roots.getAsLong(); root++) {
            sections.read(array.getAsLong(), root, perRoot, size.getAsInt(), map.get().offset());
        }
        // There always is memory at boot: where none is early, the kernel has no such flag.
        return sections.early.isEmpty() ? Optional.empty() : Optional.of(sections);
    }

    /** With CONFIG_SPARSEMEM_EXTREME there are pointers to as many sections as fill a page. */
    private void read(long array, int root, int perRoot, int size, int map) {
        try {
            long first =
                    perRoot == 1 ? array + (long) root * size : memory.pointer(array + 8L * root);
            for (int i = 0; first != 0 && i < perRoot; i++) {
                long word = memory.u64(first + (long) i * size + map);
                if ((word & PRESENT) != 0) {
                    ((word >>> earlyBit & 1) != 0 ? early : added).set(root * perRoot + i);
                }
            }
        } catch (MemoryFault e) {
            return; // of that memory nothing is known
        }
    }

    /**
     * Whether there is memory in a range, and all of it was added after boot.
     *
     * @param pa physical address of the first byte
     * @param end physical address behind the last byte
     */
    public boolean isAdded(long pa, long end) {
        if (pa < 0 || pa >= end) {
            return false;
        }
        long last = (end - 1) >>> shift;
        return holds(added, pa >>> shift, last) && !holds(early, pa >>> shift, last);
    }

    private static boolean holds(BitSet sections, long first, long last) {
        int found = first > Integer.MAX_VALUE ? -1 : sections.nextSetBit((int) first);
        return found >= 0 && found <= last;
    }
}
