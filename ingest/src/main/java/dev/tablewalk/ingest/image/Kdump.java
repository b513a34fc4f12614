package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.image.Unpacker.Method;
import dev.tablewalk.ingest.memory.EvenBlocks;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PackedBytes;
import dev.tablewalk.ingest.memory.PerThread;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kdump-compressed dump, in one file or in parts: {@code diskdump_mod.h} of makedumpfile, QEMU
 * {@code include/sysemu/dump.h}. A header, a second one, two bitmaps with a bit for each page, a
 * descriptor of 24 bytes for each page that is held, and the pages, each packed by itself. Pages
 * that the first bitmap has and the second has not are RAM that was left out.
 *
 * <p>Offset in its bytes is physical address. Opening reads the bitmaps and all descriptors.
 */
final class Kdump implements EvenBlocks {
    private static final int DESCRIPTOR_BYTES = 24;

    /** Of {@code page_desc.flags}. */
    private static final int ZLIB = 1;

    private static final int LZO = 2;
    private static final int SNAPPY = 4;
    private static final int ZSTD = 0x20;
    private static final int METHODS = ZLIB | LZO | SNAPPY | ZSTD;

    /** Descriptors that are read at once. */
    private static final int AT_ONCE = 128;

    private final List<Part> parts = new ArrayList<>();
    private final int blockShift;
    private final long pages;
    private final PageMap ram;
    private final PageMap held;

    /** Of each page: it is zero. */
    private final PageSet zero;

    /** Of each page: its descriptor makes no sense, or it lies in another part of the dump. */
    private final PageSet missing;

    private final List<String> damage = new ArrayList<>();
    private final Notes notes;
    private boolean cut;
    private final PerThread<Reader> readers = new PerThread<>(Reader::new);

    /**
     * A file, which has all of the dump or a part.
     *
     * @param before how many pages are held by the parts before it
     */
    private record Part(KdumpFile file, long before) {
        long end() {
            return file.end();
        }
    }

    private Kdump(List<KdumpFile> files) {
        KdumpFile first = files.getFirst();
        blockShift = first.blockShift();
        pages = first.pages();
        ram = first.ram();
        held = first.held();
        zero = new PageSet(pages);
        missing = new PageSet(pages);
        for (KdumpFile file : files) {
            parts.add(new Part(file, held.rank(file.start())));
        }
        if (files.stream().anyMatch(KdumpFile::isIncomplete)) {
            damage.add("its writer says that it is not complete");
        }
        notes = first.notes(damage);
        readDescriptors();
    }

    static Image.Contents open(DumpFile file, String format) {
        return open(List.of(new KdumpFile(file)), format);
    }

    /**
     * Opens a dump.
     *
     * @param files one, or parts of one dump, by ascending page; takes them over
     */
    static Image.Contents open(List<KdumpFile> files, String format) {
        Kdump dump = new Kdump(files);
        return new Image.Contents(
                format, new PackedBytes(dump), dump.ranges(), dump.notes, dump.damage, dump.cut);
    }

    private void readDescriptors() {
        long elsewhere = 0;
        long beyond = 0;
        long at = 0;
        for (Part part : parts) {
            elsewhere += leaveOut(at, part.file.start());
            beyond += readDescriptors(part);
            at = part.end();
        }
        elsewhere += leaveOut(at, pages);
        if (elsewhere > 0) {
            damage.add(
                    elsewhere
                            + " of "
                            + held.count()
                            + " pages lie in other parts of the dump, which are not given");
        }
        if (beyond > 0) {
            damage.add(beyond + " of " + held.count() + " pages do not lie in the file");
        }
        cut = elsewhere + beyond > 0;
    }

    /** Marks pages that are held by none of the files; returns how many. */
    private long leaveOut(long from, long to) {
        long count = 0;
        for (long page = held.next(from, true, to);
                page < to;
                page = held.next(page + 1, true, to)) {
            missing.add(page);
            count++;
        }
        return count;
    }

    /**
     * Finds the zero pages: both writers put one at the start of the data, and have all others
     * share it. Which page that is, its own content tells. Returns how many pages are missing.
     */
    private long readDescriptors(Part part) {
        long lowest = Long.MAX_VALUE;
        long lowestPage = -1;
        long beyond = 0;
        Reader reader = new Reader();
        long end = part.end();
        for (long page = held.next(part.file.start(), true, end);
                page < end;
                page = held.next(page + 1, true, end)) {
            if (!reader.find(page)) {
                missing.add(page);
                beyond++;
            } else if (reader.offset < lowest) {
                lowest = reader.offset;
                lowestPage = page;
            }
        }
        if (lowestPage >= 0 && isZero(lowestPage)) {
            for (long page = lowestPage; page < end; page = held.next(page + 1, true, end)) {
                if (reader.find(page) && reader.offset == lowest) {
                    zero.add(page);
                }
            }
        }
        return beyond;
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

    private List<RamRange> ranges() {
        RamLayout layout = new RamLayout();
        long page = ram.next(0, true, pages);
        while (page < pages) {
            long end = ram.next(page, false, pages);
            layout.add(page << blockShift, (end - page) << blockShift, page << blockShift);
            page = ram.next(end, true, pages);
        }
        List<RamRange> ranges = layout.parts();
        if (ranges.isEmpty()) {
            throw new DumpDamage("it holds no memory");
        }
        return ranges;
    }

    /** One thread's reading. */
    private final class Reader {
        private final Unpacker unpacker = new Unpacker();
        private byte[] packed = new byte[1 << blockShift];
        private Fields chunk = new Fields(new byte[0]);
        private Part part = parts.getFirst();
        private DumpFile file = part.file.file();
        private long first = -1;
        private long offset;
        private int size;
        private int flags;

        /** Reads a page's descriptor; false if it makes no sense. */
        boolean find(long page) {
            if (!choose(page)) {
                return false;
            }
            long index = held.rank(page) - part.before;
            if (first < 0 || index < first || index >= first + AT_ONCE) {
                first = index;
                long at = part.file.descriptors() + index * DESCRIPTOR_BYTES;
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

        /** Goes to the part in which a page lies; false if there is none. */
        private boolean choose(long page) {
            if (page >= part.file.start() && page < part.end()) {
                return true;
            }
            for (Part other : parts) {
                if (page >= other.file.start() && page < other.end()) {
                    part = other;
                    file = other.file.file();
                    first = -1;
                    return true;
                }
            }
            return false;
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
        if (!held.get(block) || missing.has(block)) {
            return Held.NOT;
        }
        return zero.has(block) ? Held.ZERO : Held.PACKED;
    }

    @Override
    public void unpack(long block, byte[] into) {
        readers.get().unpack(block, into);
    }

    @Override
    public void close() {
        parts.forEach(part -> part.file.file().close());
    }
}
