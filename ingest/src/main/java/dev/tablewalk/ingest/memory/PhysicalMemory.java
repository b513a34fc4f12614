package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The guest's physical address space, as far as the image holds it. Little-endian. A hole of the
 * file reads as zero and is not touched. Reads are safe from several threads.
 *
 * <p>RAM may be there and not be held: a dump leaves out what was not wanted. Such a byte cannot be
 * read; it never reads as zero.
 */
public final class PhysicalMemory {
    /** Bytes that are looked through at once. */
    private static final int CHUNK = 4096;

    private final ImageBytes bytes;
    private final List<RamRange> parts;
    private final List<PhysicalRange> ranges;

    /** Of the parts. */
    private final long[] starts;

    private final long[] ends;
    private final long[] offsets;

    /**
     * @param parts disjoint, each inside the image if it is held
     */
    public PhysicalMemory(ImageBytes bytes, List<RamRange> parts) {
        this.bytes = bytes;
        this.parts = parts.stream().sorted(Comparator.comparingLong(RamRange::pa)).toList();
        this.starts = this.parts.stream().mapToLong(RamRange::pa).toArray();
        this.ends = this.parts.stream().mapToLong(RamRange::end).toArray();
        this.offsets = this.parts.stream().mapToLong(RamRange::fileOffset).toArray();
        this.ranges = runs(this.parts);
    }

    private static List<PhysicalRange> runs(List<RamRange> parts) {
        List<PhysicalRange> runs = new ArrayList<>();
        for (RamRange part : parts) {
            if (!runs.isEmpty() && runs.getLast().end() == part.pa()) {
                PhysicalRange before = runs.removeLast();
                runs.add(new PhysicalRange(before.pa(), before.size() + part.size()));
            } else {
                runs.add(new PhysicalRange(part.pa(), part.size()));
            }
        }
        return List.copyOf(runs);
    }

    /** Runs of RAM, whether held or not, by ascending physical address; no two touch. */
    public List<PhysicalRange> ranges() {
        return ranges;
    }

    /** Where RAM lies in the image, by ascending physical address. */
    public List<RamRange> parts() {
        return parts;
    }

    /** Of the parts, those that lie in the image. */
    public List<RamRange> held() {
        return parts.stream().filter(part -> part.fileOffset() >= 0).toList();
    }

    /**
     * Bytes of a range that are no RAM.
     *
     * @param held whether RAM that no part holds counts as well
     */
    public long missing(long pa, long length, boolean held) {
        int i = Arrays.binarySearch(starts, pa);
        long missing = length;
        for (i = i >= 0 ? i : Math.max(0, -i - 2);
                i < starts.length && starts[i] < pa + length;
                i++) {
            if (offsets[i] >= 0 || !held) {
                missing -= Math.max(0, Math.min(pa + length, ends[i]) - Math.max(pa, starts[i]));
            }
        }
        return missing;
    }

    /** The part that a byte lies in, or -1. */
    private int part(long pa) {
        if (starts.length == 1) {
            return pa >= starts[0] && pa < ends[0] ? 0 : -1;
        }
        int i = Arrays.binarySearch(starts, pa);
        i = i >= 0 ? i : -i - 2;
        return i >= 0 && pa < ends[i] ? i : -1;
    }

    /**
     * Where the range lies in the image.
     *
     * @return an offset, or -1 if not all of the range is held in one run
     */
    public long fileOffset(long pa, long length) {
        int i = part(pa);
        if (i < 0 || length > ends[i] - pa || offsets[i] < 0) {
            return -1;
        }
        long offset = pa - starts[i] + offsets[i];
        return bytes.holds(offset, length) ? offset : -1;
    }

    /** Whether all of a range can be read. */
    public boolean contains(long pa, long length) {
        long at = pa;
        while (at - pa < length) {
            int i = part(at);
            if (i < 0) {
                return false;
            }
            long chunk = Math.min(length - (at - pa), ends[i] - at);
            if (fileOffset(at, chunk) < 0) {
                return false;
            }
            at += chunk;
        }
        return true;
    }

    /** Whether all of a range is RAM, held or not. */
    public boolean isRam(long pa, long length) {
        for (PhysicalRange range : ranges) {
            if (pa >= range.pa() && pa < range.end()) {
                return length <= range.end() - pa;
            }
        }
        return false;
    }

    private long offsetOrFault(long pa, long length) {
        long offset = fileOffset(pa, length);
        if (offset < 0) {
            throw fault(pa, length);
        }
        return offset;
    }

    private MemoryFault fault(long pa, long length) {
        return new MemoryFault(
                isRam(pa, length) ? "not held by the image: PA" : "no RAM at PA", pa);
    }

    /**
     * Reads 8 bytes.
     *
     * @throws MemoryFault outside RAM, or where the image does not hold it
     */
    public long u64(long pa) {
        return bytes.u64(offsetOrFault(pa, 8));
    }

    /**
     * Reads 4 bytes.
     *
     * @throws MemoryFault outside RAM, or where the image does not hold it
     */
    public int u32(long pa) {
        return bytes.u32(offsetOrFault(pa, 4));
    }

    /**
     * Reads 2 bytes, unsigned.
     *
     * @throws MemoryFault outside RAM, or where the image does not hold it
     */
    public int u16(long pa) {
        return bytes.u16(offsetOrFault(pa, 2));
    }

    /**
     * Reads one byte, unsigned.
     *
     * @throws MemoryFault outside RAM, or where the image does not hold it
     */
    public int u8(long pa) {
        return bytes.u8(offsetOrFault(pa, 1));
    }

    /**
     * The first place of a 32-bit word at a multiple of 4. What is not held is passed over.
     *
     * @return a physical address from {@code from} on and before {@code end}, or -1
     */
    public long find32(int word, long from, long end) {
        byte[] chunk = new byte[CHUNK];
        ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (long pa = from & -Integer.BYTES; pa < end; pa = (pa & -CHUNK) + CHUNK) {
            int length = (int) (Math.min(end, (pa & -CHUNK) + CHUNK) - pa) & -Integer.BYTES;
            long offset = length == 0 ? -1 : fileOffset(pa, length);
            if (offset >= 0 && bytes.any(offset, length)) {
                bytes.read(offset, chunk, 0, length);
                for (int i = 0; i < length; i += Integer.BYTES) {
                    if (chunk[i] == (byte) word && words.getInt(i) == word) {
                        return pa + i;
                    }
                }
            }
        }
        return -1;
    }

    /**
     * Reads a table at once.
     *
     * @param into its first {@code entries} elements are set
     * @return false if the table is not held as a whole; nothing is set then
     */
    public boolean readTable(long pa, long[] into, int entries) {
        long offset = fileOffset(pa, 8L * entries);
        if (offset < 0) {
            return false;
        }
        bytes.read(offset, into, 0, entries);
        return true;
    }

    /**
     * The first page from an address on that is held and may hold other than zeroes.
     *
     * @param page bytes of a page, a power of two
     * @return the physical address of its start, or of RAM's if that lies inside it; -1 if none
     */
    public long nextData(long pa, long page) {
        int i = Arrays.binarySearch(starts, pa);
        for (i = i >= 0 ? i : Math.max(0, -i - 2); i < starts.length; i++) {
            if (offsets[i] < 0 || pa >= ends[i]) {
                continue;
            }
            long from = Math.max(0, pa - starts[i]) + offsets[i];
            long found = starts[i] + (bytes.nextData(from) - offsets[i]);
            if (found < ends[i]) {
                return Math.max(found & -page, starts[i]);
            }
        }
        return -1;
    }

    /** Takes what was read out of this process's resident memory, where it can be read again. */
    public void release() {
        bytes.release();
    }

    /** Whether nothing of a run of RAM is to be read: it is zero, or not held. */
    public boolean isHole(long pa, long length) {
        int i = part(pa);
        if (i >= 0 && length <= ends[i] - pa) {
            return offsets[i] < 0 || !bytes.any(pa - starts[i] + offsets[i], length);
        }
        return !contains(pa, length);
    }

    /**
     * Reads a run into a buffer until it is full; for what is read once, from end to end.
     *
     * @throws MemoryFault if the run is not held as a whole
     */
    public void read(long pa, ByteBuffer into) {
        int limit = into.limit();
        try {
            for (long at = pa; into.position() < limit; ) {
                int i = part(at);
                if (i < 0 || offsets[i] < 0) {
                    throw fault(at, 1);
                }
                int chunk = (int) Math.min(limit - into.position(), ends[i] - at);
                bytes.read(at - starts[i] + offsets[i], into.limit(into.position() + chunk));
                at += chunk;
            }
        } finally {
            into.limit(limit);
        }
    }

    /**
     * Copies bytes out.
     *
     * @throws MemoryFault outside RAM, or where the image does not hold it
     */
    public void read(long pa, byte[] into, int at, int length) {
        long offset = fileOffset(pa, length);
        if (offset >= 0) {
            bytes.read(offset, into, at, length);
        } else {
            read(pa, ByteBuffer.wrap(into, at, length)); // where two parts meet
        }
    }
}
