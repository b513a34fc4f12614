package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.Arrays;
import java.util.List;

/**
 * The headers of a kdump-compressed file, {@code disk_dump_header} and {@code kdump_sub_header} of
 * makedumpfile's {@code diskdump_mod.h}. A dump that was split ({@code makedumpfile --split}) has
 * the same bitmaps in each of its files, and in each the descriptors and pages of a range of its
 * own.
 */
final class KdumpFile {
    private static final int HEADER_BYTES = 464;
    private static final int SUB_HEADER_BYTES = 104;
    private static final int MOST_NOTES = 1 << 20;

    /** In the header: how pages are packed, and how it went. */
    private static final int STATUS = 424;

    /** Of that: whoever wrote it ran out of space. */
    private static final int INCOMPLETE = 8;

    /** In the second header: from here to VMCOREINFO's place, which part of a dump it is. */
    private static final int SPLIT = 12;

    private static final int START_PFN = 16;
    private static final int END_PFN = 24;
    private static final int VMCOREINFO = 32;

    /** From here on again. */
    private static final int START_PFN_64 = 80;

    private static final int END_PFN_64 = 88;

    private final DumpFile file;
    private final Fields header;
    private final Fields sub;
    private final int blockShift;
    private final int version;
    private final long pages;
    private final long bitmaps;
    private final int bitmapBytes;
    private final long start;
    private final long end;

    /**
     * Reads the headers.
     *
     * @throws DumpDamage if they make no sense
     */
    KdumpFile(DumpFile file) {
        this.file = file;
        header = file.fields(0, HEADER_BYTES, "header");
        int blockSize = header.i32(428);
        if (blockSize < 1024 || blockSize > 1 << 20 || Integer.bitCount(blockSize) != 1) {
            throw new DumpDamage("its blocks have " + blockSize + " bytes");
        }
        blockShift = Integer.numberOfTrailingZeros(blockSize);
        version = header.i32(8);
        sub = file.fields(blockSize, SUB_HEADER_BYTES, "second header");
        bitmaps = (1 + header.u32(432)) << blockShift;
        long both = header.u32(436) << blockShift;
        if (both <= 0 || both > 1L << 31 || bitmaps < 0 || bitmaps > file.size() - both) {
            throw new DumpDamage("its bitmaps, of " + both + " bytes, lie beyond its end");
        }
        bitmapBytes = (int) (both / 2);
        pages = version >= 6 ? sub.u64(96) : header.u32(440);
        if (pages <= 0 || pages > bitmapBytes * 8L) {
            throw new DumpDamage("it has " + pages + " pages, and bitmaps for " + bitmapBytes * 8L);
        }
        start = isPart() ? sub.u64(version >= 6 ? START_PFN_64 : START_PFN) : 0;
        end = isPart() ? sub.u64(version >= 6 ? END_PFN_64 : END_PFN) : pages;
        if (start < 0 || end < start || end > pages) {
            throw new DumpDamage("it has pages " + start + " to " + end + " of " + pages);
        }
    }

    DumpFile file() {
        return file;
    }

    int blockShift() {
        return blockShift;
    }

    /** Pages of the dump. */
    long pages() {
        return pages;
    }

    /** Whether other files have the rest of the dump. */
    boolean isPart() {
        return version >= 2 && sub.i32(SPLIT) != 0;
    }

    /** The first page that the file may hold. */
    long start() {
        return start;
    }

    /** The page behind the last that the file may hold. */
    long end() {
        return end;
    }

    /** Whether whoever wrote it says that it is not all. */
    boolean isIncomplete() {
        return (header.u32(STATUS) & INCOMPLETE) != 0;
    }

    /** Of each page of the dump: it is RAM. */
    PageMap ram() {
        return map(bitmaps);
    }

    /** Of each page of the dump: it is held. */
    PageMap held() {
        return map(bitmaps + bitmapBytes);
    }

    private PageMap map(long at) {
        PageMap map = new PageMap(file, at, pages);
        if (map.count() > RamLayout.MOST_BYTES >> blockShift) {
            throw new DumpDamage(
                    "it has more than " + (RamLayout.MOST_BYTES >> 40) + " TiB of RAM");
        }
        return map;
    }

    /** Where the descriptors begin, bytes. */
    long descriptors() {
        return bitmaps + 2L * bitmapBytes;
    }

    /**
     * Whether two parts are of one dump: all that is not about the part itself must be the same.
     */
    boolean isOfOneDumpWith(KdumpFile other) {
        return isPart()
                && other.isPart()
                && same(header, other.header, 0, STATUS)
                && same(header, other.header, STATUS + 4, HEADER_BYTES)
                && same(sub, other.sub, 0, SPLIT)
                && same(sub, other.sub, VMCOREINFO, START_PFN_64)
                && pages == other.pages
                && sameBitmaps(other);
    }

    private boolean sameBitmaps(KdumpFile other) {
        byte[] ours = new byte[1 << 16];
        byte[] theirs = new byte[ours.length];
        for (long at = 0; at < 2L * bitmapBytes; at += ours.length) {
            int length = (int) Math.min(ours.length, 2L * bitmapBytes - at);
            file.read(bitmaps + at, ours, 0, length);
            other.file.read(bitmaps + at, theirs, 0, length);
            if (!Arrays.equals(ours, theirs)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What the dump says beside RAM.
     *
     * @param damage gets what is wrong with it
     */
    Notes notes(List<String> damage) {
        // QEMU does not know what machine it writes into the header.
        ElfNotes read = new ElfNotes(Architectures.ALL);
        Vmcoreinfo vmcoreinfo = null;
        try {
            if (version >= 4 && sub.u64(56) > 0) {
                read.read(file, sub.u64(48), sub.u64(56));
            }
            long size = sub.u64(40);
            if (version >= 3 && size > 0 && size <= MOST_NOTES) {
                vmcoreinfo =
                        new Vmcoreinfo(
                                file.fields(sub.u64(VMCOREINFO), (int) size, "VMCOREINFO").bytes());
            }
        } catch (DumpDamage e) {
            damage.add(e.what());
        }
        Notes all = read.notes();
        return vmcoreinfo == null ? all : new Notes(vmcoreinfo, all.cpus());
    }

    private static boolean same(Fields one, Fields other, int from, int to) {
        return Arrays.equals(one.bytes(), from, to, other.bytes(), from, to);
    }
}
