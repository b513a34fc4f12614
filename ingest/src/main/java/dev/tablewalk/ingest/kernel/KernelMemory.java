package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.PhysicalRange;
import dev.tablewalk.ingest.types.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The kernel's virtual memory, translated by its own page tables; the linear map by arithmetic,
 * once walks agree with it, which costs nothing and does not suffer from a damaged table. Every
 * read may throw {@link MemoryFault}. Not for use from several threads: it remembers translations.
 */
public final class KernelMemory {
    private static final int CACHE = 1 << 13;
    private static final long NONE = -1;

    /** What a walk finds where nothing is mapped. */
    private static final long[] UNMAPPED = {};

    /** What a walk finds where a table on the way is not in the image. */
    private static final long[] UNHELD = {NONE};

    private final PhysicalMemory memory;
    private final KernelMap map;
    private final PageTableFormat format;
    private final long rootPa;
    private final boolean linearHolds;
    private final long[] cachedPage = new long[CACHE];
    private final long[] cachedPa = new long[CACHE];

    KernelMemory(PhysicalMemory memory, KernelMap map) {
        this.memory = memory;
        this.map = map;
        this.format = map.format();
        this.rootPa = map.rootPa();
        Arrays.fill(cachedPage, NONE);
        this.linearHolds = linearHolds();
    }

    /** Whether walks agree with the linear map's arithmetic, at both ends of each run of RAM. */
    private boolean linearHolds() {
        long page = format.pageSize();
        int agree = 0;
        for (PhysicalRange range : memory.ranges()) {
            for (long pa : new long[] {range.pa(), map.rootPa(), range.end() - page}) {
                long walked = translate(memory, format, rootPa, linear(pa));
                if (walked == pa) {
                    agree++;
                } else if (walked >= 0) {
                    return false;
                }
            }
        }
        return agree > 0;
    }

    public PhysicalMemory physical() {
        return memory;
    }

    /** The address of a byte of RAM in the linear map. */
    public long linear(long pa) {
        return pa + map.linearOffset();
    }

    /**
     * Whether the kernel's tables map a byte of RAM in the linear map, as far as these are held;
     * walks them each time.
     */
    public boolean hasLinear(long pa) {
        long[] found = walk(memory, format, rootPa, linear(pa));
        return found.length == UNHELD.length || (found.length > 1 && found[1] == pa);
    }

    /**
     * Walks the tables from a root down to the leaf that maps an address.
     *
     * @return the leaf's descriptor, or 0 if there is none that the hardware could use
     */
    static long leaf(PhysicalMemory memory, PageTableFormat format, long rootPa, long va) {
        long[] found = walk(memory, format, rootPa, va);
        return found.length > 1 ? found[0] : 0;
    }

    /** The physical address that a virtual one is mapped to, or -1 if it is not mapped. */
    static long translate(PhysicalMemory memory, PageTableFormat format, long rootPa, long va) {
        long[] found = walk(memory, format, rootPa, va);
        return found.length > 1 ? found[1] : -1;
    }

    /** Whether what an address is mapped by can be executed by the kernel and not be written. */
    static boolean isText(PhysicalMemory memory, PageTableFormat format, long rootPa, long va) {
        long[] found = walk(memory, format, rootPa, va);
        if (found.length <= 1) {
            return false;
        }
        LeafAttributes leaf = format.attributes(found[0], (int) found[2]);
        return leaf.valid() && leaf.kernelExecutable() && !leaf.writable();
    }

    /** Descriptor, physical address and level; or {@link #UNMAPPED}, or {@link #UNHELD}. */
    private static long[] walk(
            PhysicalMemory memory, PageTableFormat format, long rootPa, long va) {
        long table = rootPa;
        for (int level = 0; level < format.levels(); level++) {
            int shift = format.shift(level);
            long entryPa = table + 8 * (va >>> shift & format.entries(level) - 1);
            if (!memory.contains(entryPa, 8)) {
                return UNHELD;
            }
            long entry = memory.u64(entryPa);
            EntryKind kind = format.kind(entry, level);
            if (kind == EntryKind.LEAF) {
                long offset = va & (1L << shift) - 1;
                return new long[] {entry, format.address(entry, level) + offset, level};
            }
            if (kind != EntryKind.TABLE) {
                return UNMAPPED;
            }
            table = format.address(entry, level);
        }
        return UNMAPPED;
    }

    /**
     * Translates a kernel virtual address; tags and authentication codes on it do not matter.
     *
     * @throws MemoryFault if it is not mapped, or is a user's
     */
    public long pa(long va) {
        long at = format.canonical(va);
        if (!format.isKernel(at)) {
            throw new MemoryFault("not a kernel address:", va);
        }
        if (linearHolds
                && Long.compareUnsigned(at, map.linearStart()) >= 0
                && Long.compareUnsigned(at, map.linearEnd()) < 0) {
            return at - map.linearOffset();
        }
        long page = at >>> format.pageShift();
        int slot = (int) (page ^ page >>> 13) & CACHE - 1;
        long inPage = at & format.pageSize() - 1;
        if (cachedPage[slot] == page) {
            return cachedPa[slot] + inPage;
        }
        long pa = translate(memory, format, rootPa, at);
        if (pa < 0) {
            throw new MemoryFault("not mapped:", va);
        }
        cachedPage[slot] = page;
        cachedPa[slot] = pa - inPage;
        return pa;
    }

    /** Whether the whole range is mapped to RAM. */
    public boolean readable(long va, int length) {
        try {
            return memory.contains(pa(va), 1) && memory.contains(pa(va + length - 1), 1);
        } catch (MemoryFault e) {
            return false;
        }
    }

    private boolean crosses(long va, int length) {
        return (va & format.pageSize() - 1) + length > format.pageSize();
    }

    public long u64(long va) {
        return crosses(va, 8)
                ? Integer.toUnsignedLong(u32(va)) | (long) u32(va + 4) << 32
                : memory.u64(pa(va));
    }

    public int u32(long va) {
        return crosses(va, 4) ? u16(va) | (u16(va + 2) << 16) : memory.u32(pa(va));
    }

    public int u16(long va) {
        return crosses(va, 2) ? u8(va) | (u8(va + 1) << 8) : memory.u16(pa(va));
    }

    public int u8(long va) {
        return memory.u8(pa(va));
    }

    /** A pointer that lies there, without a tag or an authentication code that it may carry. */
    public long address(long va) {
        return format.canonical(u64(va));
    }

    /** A pointer that lies there; without KASAN's tag, so that two to one thing are the same. */
    public long pointer(long va) {
        return format.untagged(u64(va));
    }

    /** A pointer member, likewise. One that is not described is null. */
    public long pointer(long struct, Field field) {
        return field.isKnown() ? pointer(struct + field.offset()) : 0;
    }

    /** An unsigned integer member of 1, 2, 4 or 8 bytes, or a bit-field. One not described is 0. */
    public long number(long struct, Field field) {
        long at = struct + field.offset();
        if (field.bitSize() > 0) {
            long bits = 0;
            for (int i = 0; 8 * i < field.bitShift() + field.bitSize() && i < 8; i++) {
                bits |= (long) u8(at + i) << (8 * i);
            }
            return bits >>> field.bitShift() & (1L << field.bitSize()) - 1;
        }
        return switch (field.size()) {
            case 1 -> u8(at);
            case 2 -> u16(at);
            case 4 -> Integer.toUnsignedLong(u32(at));
            case 0 -> 0;
            default -> u64(at);
        };
    }

    public byte[] bytes(long va, int length) {
        byte[] into = new byte[length];
        int done = 0;
        while (done < length) {
            long at = va + done;
            int chunk =
                    (int) Math.min(length - done, format.pageSize() - (at & format.pageSize() - 1));
            memory.read(pa(at), into, done, chunk);
            done += chunk;
        }
        return into;
    }

    /** A NUL-terminated text of at most so many bytes; what is not UTF-8 is replaced. */
    public String text(long va, int most) {
        byte[] into = new byte[Math.clamp(most, 0, 256)];
        int length = 0;
        while (length < most) {
            int b = u8(va + length);
            if (b == 0) {
                break;
            }
            if (length == into.length) {
                into = Arrays.copyOf(into, Math.min(most, 2 * length));
            }
            into[length++] = (byte) b;
        }
        return new String(into, 0, length, StandardCharsets.UTF_8);
    }
}
