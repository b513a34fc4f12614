package dev.tablewalk.ingest.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The guest's physical address space, as far as the image holds it. Little-endian. A hole of the
 * file reads as zero and is not touched. Reads are safe from several threads.
 */
public final class PhysicalMemory {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Image image;
    private final MemorySegment bytes;
    private final DataExtents extents;
    private final List<RamRange> ranges;
    private final long[] starts;
    private final long[] ends;
    private final long[] offsets;

    /**
     * @param ranges disjoint, each inside the image
     */
    public PhysicalMemory(Image image, List<RamRange> ranges) {
        this.image = image;
        this.bytes = image.bytes();
        this.extents = image.extents();
        this.ranges = ranges.stream().sorted(Comparator.comparingLong(RamRange::pa)).toList();
        this.starts = this.ranges.stream().mapToLong(RamRange::pa).toArray();
        this.ends = this.ranges.stream().mapToLong(RamRange::end).toArray();
        this.offsets = this.ranges.stream().mapToLong(RamRange::fileOffset).toArray();
    }

    /** By ascending physical address. */
    public List<RamRange> ranges() {
        return ranges;
    }

    /**
     * Where the range lies in the file.
     *
     * @return a file offset, or -1 if not all of the range lies in one run of RAM
     */
    public long fileOffset(long pa, long length) {
        for (int i = 0; i < starts.length; i++) {
            if (pa >= starts[i] && pa < ends[i]) {
                return length <= ends[i] - pa ? pa - starts[i] + offsets[i] : -1;
            }
        }
        return -1;
    }

    public boolean contains(long pa, long length) {
        return fileOffset(pa, length) >= 0;
    }

    private long offsetOrFault(long pa, long length) {
        long offset = fileOffset(pa, length);
        if (offset < 0) {
            throw new MemoryFault("no RAM at PA", pa);
        }
        return offset;
    }

    /**
     * Reads 8 bytes.
     *
     * @throws MemoryFault outside RAM
     */
    public long u64(long pa) {
        long offset = offsetOrFault(pa, 8);
        return extents.any(offset, 8) ? bytes.get(U64, offset) : 0;
    }

    /**
     * Reads 4 bytes.
     *
     * @throws MemoryFault outside RAM
     */
    public int u32(long pa) {
        long offset = offsetOrFault(pa, 4);
        return extents.any(offset, 4) ? bytes.get(U32, offset) : 0;
    }

    /**
     * Reads 2 bytes, unsigned.
     *
     * @throws MemoryFault outside RAM
     */
    public int u16(long pa) {
        long offset = offsetOrFault(pa, 2);
        return extents.any(offset, 2) ? bytes.get(U16, offset) & 0xffff : 0;
    }

    /**
     * Reads one byte, unsigned.
     *
     * @throws MemoryFault outside RAM
     */
    public int u8(long pa) {
        long offset = offsetOrFault(pa, 1);
        return extents.any(offset, 1) ? bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xff : 0;
    }

    /**
     * The first place of a 32-bit word at a multiple of 4.
     *
     * @return a physical address from {@code from} on and before {@code end}, or -1
     */
    public long find32(int word, long from, long end) {
        for (long pa = from & -4; pa < end; ) {
            long offset = fileOffset(pa, 4);
            if (offset < 0) {
                return -1;
            }
            long chunk = Math.min(end, (pa & -4096) + 4096) - pa;
            if (extents.any(offset, chunk)) {
                for (long i = 0; i <= chunk - 4; i += 4) {
                    if (bytes.get(U32, offset + i) == word) {
                        return pa + i;
                    }
                }
            }
            pa += chunk;
        }
        return -1;
    }

    /**
     * Reads a table at once.
     *
     * @param into its first {@code entries} elements are set
     * @return false if the table is not in RAM as a whole; nothing is set then
     */
    public boolean readTable(long pa, long[] into, int entries) {
        long length = 8L * entries;
        long offset = fileOffset(pa, length);
        if (offset < 0) {
            return false;
        }
        if (extents.any(offset, length)) {
            MemorySegment.copy(bytes, U64, offset, into, 0, entries);
        } else {
            Arrays.fill(into, 0, entries, 0);
        }
        return true;
    }

    /** Whether all of a run of RAM lies in a hole of the image. */
    public boolean isHole(long pa, long length) {
        long offset = fileOffset(pa, length);
        return offset >= 0 && !extents.any(offset, length);
    }

    /**
     * Reads a run into a buffer until it is full; for what is read once, from end to end.
     *
     * @throws MemoryFault if the run is not in RAM as a whole
     */
    public void read(long pa, ByteBuffer into) {
        image.read(offsetOrFault(pa, into.remaining()), into);
    }

    /**
     * Copies bytes out.
     *
     * @throws MemoryFault outside RAM
     */
    public void read(long pa, byte[] into, int at, int length) {
        long offset = offsetOrFault(pa, length);
        if (extents.any(offset, length)) {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, into, at, length);
        } else {
            Arrays.fill(into, at, at + length, (byte) 0);
        }
    }
}
