package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A LiME image: for each range of RAM a header of 32 bytes (magic, version, first and last physical
 * address, 8 bytes reserved), then its bytes; {@code lime.h} of the LiME kernel module.
 *
 * <p>AVML writes this format, too; versions of March 2025 to March 2026 write the header alone of a
 * small range that is all zero. It counts as left out.
 */
final class Lime {
    private static final int MAGIC = 0x4c694d45;
    private static final int VERSION = 1;

    private Lime() {}

    static Image.Contents open(MappedBytes file) {
        DumpFile dump = new PlainFile(file);
        RamLayout layout = new RamLayout();
        List<String> damage = new ArrayList<>();
        boolean cut = false;
        long at = 0;
        while (at < dump.size()) {
            if (at + RangeHeader.BYTES > dump.size()) {
                damage.add("the file is cut off in the header at byte " + at);
                cut = true;
                break;
            }
            Optional<RangeHeader> header = RangeHeader.at(dump, at, MAGIC, VERSION);
            if (header.isEmpty()) {
                damage.add("there is no header of a range at byte " + at);
                break;
            }
            long first = header.get().pa();
            long size = header.get().size();
            at += RangeHeader.BYTES;
            if (isAlone(dump, at, size)) {
                layout.add(first, size, RamRange.NOT_HELD);
                continue;
            }
            long there = Math.min(size, dump.size() - at);
            layout.add(first, there, at);
            layout.add(first, size, RamRange.NOT_HELD);
            if (there < size) {
                cut = true;
                damage.add(
                        "the file is cut off: "
                                + ((size - there) >> 10)
                                + " KiB of RAM lie beyond its end");
            }
            at += there;
        }
        List<RamRange> parts = layout.parts();
        if (parts.isEmpty()) {
            throw new DumpDamage("it holds no memory");
        }
        return new Image.Contents("LiME", file, parts, Notes.NONE, damage, cut);
    }

    /** Whether another header follows at once, and none where the range's bytes would end. */
    private static boolean isAlone(DumpFile dump, long at, long size) {
        long end = at + size;
        return size <= Avml.MOST_OF_A_RANGE
                && isHeader(dump, at)
                && end != dump.size()
                && !isHeader(dump, end);
    }

    private static boolean isHeader(DumpFile dump, long at) {
        return at + RangeHeader.BYTES <= dump.size()
                && RangeHeader.at(dump, at, MAGIC, VERSION).isPresent();
    }
}
