package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.image.Unpacker.Method;
import dev.tablewalk.ingest.memory.EvenBlocks;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PackedBytes;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kdump-compressed dump: {@code diskdump_mod.h} of makedumpfile, QEMU {@code
 * include/sysemu/dump.h}. A header, a second one, two bitmaps with a bit for each page, a
 * descriptor of 24 bytes for each page that is held, and the pages, each packed by itself. Pages
 * that the first bitmap has and the second has not are RAM that was left out.
 *
 * <p>Offset in its bytes is physical address. Opening reads the bitmaps and all descriptors.
 */
final class Kdump implements EvenBlocks {
    private static final int HEADER_BYTES = 464;
    private static final int SUB_HEADER_BYTES = 104;
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int MOST_NOTES = 1 << 20;

    /** Of {@code disk_dump_header.status}: whoever wrote it ran out of space. */
    private static final int INCOMPLETE = 8;

    /** Of {@code page_desc.flags}. */
    private static final int ZLIB = 1;

    private static final int LZO = 2;
    private static final int SNAPPY = 4;
    private static final int ZSTD = 0x20;
    private static final int METHODS = ZLIB | LZO | SNAPPY | ZSTD;

    /** Descriptors that are read at once. */
    private static final int AT_ONCE = 128;

    private final DumpFile file;
    private final int blockShift;
    private final long pages;
    private final long descriptors;
    private final PageMap ram;
    private final PageMap held;

    /** Of each page: it is zero. */
    private final long[] zero;

    /** Of each page: its descriptor makes no sense. */
    private final long[] damaged;

    private final List<String> damage = new ArrayList<>();
    private final Notes notes;
    private boolean cut;
    private final ThreadLocal<Reader> readers = ThreadLocal.withInitial(Reader::new);

    private Kdump(DumpFile file) {
        this.file = file;
        Fields header = file.fields(0, HEADER_BYTES, "header");
        int blockSize = header.i32(428);
        if (blockSize < 1024 || blockSize > 1 << 20 || Integer.bitCount(blockSize) != 1) {
            throw new DumpDamage("its blocks have " + blockSize + " bytes");
        }
        blockShift = Integer.numberOfTrailingZeros(blockSize);
        int version = header.i32(8);
        long subHeaderBlocks = header.u32(432);
        long bitmapBytes = header.u32(436) << blockShift;
        Fields sub = file.fields(blockSize, SUB_HEADER_BYTES, "second header");
        if (sub.i32(12) != 0) {
            throw new DumpDamage(
                    "it is one part of a dump that was split; join the parts with makedumpfile"
                            + " --reassemble");
        }
        long mapnr = version >= 6 ? sub.u64(96) : header.u32(440);
        long bitmaps = (1 + subHeaderBlocks) << blockShift;
        long half = bitmapBytes / 2;
        if (bitmapBytes <= 0
                || half > 1 << 30
                || bitmaps < 0
                || bitmaps > file.size() - bitmapBytes) {
            throw new DumpDamage("its bitmaps, of " + bitmapBytes + " bytes, lie beyond its end");
        }
        if (mapnr <= 0 || mapnr > half * 8) {
            throw new DumpDamage("it has " + mapnr + " pages, and bitmaps for " + half * 8);
        }
        pages = mapnr;
        ram = new PageMap(file.fields(bitmaps, (int) half, "bitmap").bytes(), pages);
        held = new PageMap(file.fields(bitmaps + half, (int) half, "bitmap").bytes(), pages);
        descriptors = bitmaps + bitmapBytes;
        zero = new long[Math.toIntExact((pages + 63) >> 6)];
        damaged = new long[zero.length];
        if ((header.u32(424) & INCOMPLETE) != 0) {
            damage.add("its writer says that it is not complete");
        }
        notes = notes(version, sub);
        readDescriptors();
    }

    static Image.Contents open(DumpFile file, String format) {
        Kdump dump = new Kdump(file);
        return new Image.Contents(
                format, new PackedBytes(dump), dump.parts(), dump.notes, dump.damage, dump.cut);
    }

    private Notes notes(int version, Fields sub) {
        ElfNotes read = new ElfNotes();
        Vmcoreinfo vmcoreinfo = null;
        try {
            if (version >= 4 && sub.u64(56) > 0) {
                read.read(file, sub.u64(48), sub.u64(56));
            }
            long size = sub.u64(40);
            if (version >= 3 && size > 0 && size <= MOST_NOTES) {
                vmcoreinfo =
                        new Vmcoreinfo(file.fields(sub.u64(32), (int) size, "VMCOREINFO").bytes());
            }
        } catch (DumpDamage e) {
            damage.add(e.what());
        }
        Notes all = read.notes();
        return vmcoreinfo == null ? all : new Notes(vmcoreinfo, all.cpus());
    }

    /**
     * Finds the zero pages: both writers put one at the start of the data, and have all others
     * share it. Which page that is, its own content tells.
     */
    private void readDescriptors() {
        long lowest = Long.MAX_VALUE;
        long lowestPage = -1;
        long beyond = 0;
        Reader reader = new Reader();
        for (long page = held.next(0, true, pages);
                page < pages;
                page = held.next(page + 1, true, pages)) {
            if (!reader.find(page)) {
                damaged[(int) (page >> 6)] |= 1L << page;
                beyond++;
            } else if (reader.offset < lowest) {
                lowest = reader.offset;
                lowestPage = page;
            }
        }
        if (beyond > 0) {
            cut = true;
            damage.add(beyond + " of " + held.count() + " pages do not lie in the file");
        }
        if (lowestPage >= 0 && isZero(lowestPage)) {
            for (long page = held.next(0, true, pages);
                    page < pages;
                    page = held.next(page + 1, true, pages)) {
                if (reader.find(page) && reader.offset == lowest) {
                    zero[(int) (page >> 6)] |= 1L << page;
                }
            }
        }
    }

    private boolean isZero(long page) {
        byte[] content = new byte[longest()];
        try {
            unpack(page, content);
        } catch (MemoryFault e) {
            return false;
        }
        return Arrays.equals(content, new byte[content.length]);
    }

    private List<RamRange> parts() {
        RamLayout layout = new RamLayout();
        long page = ram.next(0, true, pages);
        while (page < pages) {
            long end = ram.next(page, false, pages);
            layout.add(page << blockShift, (end - page) << blockShift, page << blockShift);
            page = ram.next(end, true, pages);
        }
        List<RamRange> parts = layout.parts();
        if (parts.isEmpty()) {
            throw new DumpDamage("it holds no memory");
        }
        return parts;
    }

    /** One thread's reading. */
    private final class Reader {
        private final Unpacker unpacker = new Unpacker();
        private byte[] packed = new byte[1 << blockShift];
        private Fields chunk = new Fields(new byte[0]);
        private long first = -1;
        private long offset;
        private int size;
        private int flags;

        /** Reads a page's descriptor; false if it makes no sense. */
        boolean find(long page) {
            long index = held.rank(page);
            if (first < 0 || index < first || index >= first + AT_ONCE) {
                first = index;
                long at = descriptors + index * DESCRIPTOR_BYTES;
                long there = Math.clamp(file.size() - at, 0, AT_ONCE * DESCRIPTOR_BYTES);
                try {
                    chunk = file.fields(at, (int) there, "page descriptors");
                } catch (DumpDamage e) {
                    chunk = new Fields(new byte[0]);
                }
            }
            int in = (int) (index - first) * DESCRIPTOR_BYTES;
            if (in + DESCRIPTOR_BYTES > chunk.length()) {
                return false;
            }
            offset = chunk.u64(in);
            size = chunk.i32(in + 8);
            flags = chunk.i32(in + 12);
            return offset > 0
                    && size > 0
                    && size <= 1 << blockShift
                    && offset <= file.size() - size;
        }

        void unpack(long page, byte[] into) {
            long pa = page << blockShift;
            if (!find(page)) {
                throw new MemoryFault("not in the dump: PA", pa);
            }
            int whole = 1 << blockShift;
            try {
                switch (flags & METHODS) {
                    case 0 -> {
                        if (size != whole) {
                            throw new MemoryFault("damaged in the dump: PA", pa);
                        }
                        file.read(offset, into, 0, whole);
                    }
                    case ZLIB -> unpack(Method.ZLIB, pa, into);
                    case LZO -> unpack(Method.LZO, pa, into);
                    case SNAPPY -> unpack(Method.SNAPPY, pa, into);
                    case ZSTD -> unpack(Method.ZSTD, pa, into);
                    default -> throw new MemoryFault("damaged in the dump: PA", pa);
                }
            } catch (DumpDamage e) {
                throw new MemoryFault("damaged in the dump: PA", pa);
            }
        }

        private void unpack(Method method, long pa, byte[] into) {
            file.read(offset, packed, 0, size);
            if (!unpacker.unpack(method, packed, size, into, 1 << blockShift)) {
                throw new MemoryFault("damaged in the dump: PA", pa);
            }
        }
    }

    @Override
    public long size() {
        return pages << blockShift;
    }

    @Override
    public int shift() {
        return blockShift;
    }

    @Override
    public Held held(long block) {
        if (!held.get(block) || (damaged[(int) (block >> 6)] >>> block & 1) != 0) {
            return Held.NOT;
        }
        return (zero[(int) (block >> 6)] >>> block & 1) != 0 ? Held.ZERO : Held.PACKED;
    }

    @Override
    public void unpack(long block, byte[] into) {
        readers.get().unpack(block, into);
    }

    @Override
    public void close() {
        file.close();
    }
}
