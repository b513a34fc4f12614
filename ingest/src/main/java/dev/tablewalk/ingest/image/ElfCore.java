package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.memory.ImageBytes;
import dev.tablewalk.ingest.memory.MappedBytes;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.List;

/**
 * An ELF core, {@code elf(5)}: as QEMU's {@code dump-guest-memory} writes it, the kernel's {@code
 * /proc/vmcore} and {@code makedumpfile -E}. Where a segment has fewer bytes in the file than in
 * memory, the rest was left out.
 */
final class ElfCore {
    private static final int HEADER_BYTES = 64;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int ET_CORE = 4;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;

    /** {@code e_phnum} of a file that has more: the number stands in the first section header. */
    private static final int PN_XNUM = 0xffff;

    private static final int MOST_SEGMENTS = 1 << 20;

    private ElfCore() {}

    private record Segment(long offset, long pa, long fileSize, long memorySize) {}

    /** A file as it stands. */
    static Image.Contents open(MappedBytes file) {
        return open(new PlainFile(file), file, "ELF core");
    }

    /**
     * Any other.
     *
     * @param bytes of the same file
     */
    static Image.Contents open(DumpFile dump, ImageBytes bytes, String format) {
        Fields header = dump.fields(0, HEADER_BYTES, "header");
        if (header.u8(4) != ELFCLASS64 || header.u8(5) != ELFDATA2LSB) {
            throw new DumpDamage("it is not of a 64-bit little-endian machine");
        }
        if (header.u16(16) != ET_CORE) {
            throw new DumpDamage("it is a program or a library, and no core");
        }
        if (header.u16(54) != PROGRAM_HEADER_BYTES) {
            throw new DumpDamage("its program headers have " + header.u16(54) + " bytes");
        }
        List<Segment> segments = new ArrayList<>();
        List<String> damage = new ArrayList<>();
        ElfNotes notes = new ElfNotes(Architectures.ofElf(header.u16(18)).stream().toList());
        int count = segments(dump, header);
        Fields table = dump.fields(header.u64(32), count * PROGRAM_HEADER_BYTES, "program headers");
        for (int i = 0; i < count; i++) {
            int at = i * PROGRAM_HEADER_BYTES;
            Segment segment =
                    new Segment(
                            table.u64(at + 8),
                            table.u64(at + 24),
                            table.u64(at + 32),
                            table.u64(at + 40));
            switch (table.i32(at)) {
                case PT_LOAD -> segments.add(segment);
                case PT_NOTE -> {
                    try {
                        notes.read(dump, segment.offset, segment.fileSize);
                    } catch (DumpDamage e) {
                        damage.add(e.what());
                    }
                }
                default -> {}
            }
        }
        List<RamRange> parts = layout(segments, dump.size(), damage);
        if (parts.isEmpty()) {
            throw new DumpDamage(
                    header.u16(60) > 1 && segments.isEmpty()
                            ? "it holds no memory in segments; Xen keeps that of a domain in"
                                    + " sections, which is not read here: take RAM inside the"
                                    + " guest, by LiME or AVML"
                            : "it holds no memory");
        }
        return new Image.Contents(
                format, bytes, parts, notes.notes(), damage, isCut(segments, dump));
    }

    private static boolean isCut(List<Segment> segments, DumpFile file) {
        return segments.stream()
                .anyMatch(s -> s.fileSize > 0 && s.offset > file.size() - s.fileSize);
    }

    private static int segments(DumpFile dump, Fields header) {
        long count = header.u16(56);
        if (count == PN_XNUM) {
            Fields section =
                    dump.fields(header.u64(40), SECTION_HEADER_BYTES, "first section header");
            count = section.u32(44); // sh_info
        }
        if (count > MOST_SEGMENTS) {
            throw new DumpDamage("it has " + count + " segments");
        }
        return (int) count;
    }

    /** What is held first, so that it wins over what another segment leaves out. */
    private static List<RamRange> layout(
            List<Segment> segments, long fileSize, List<String> damage) {
        RamLayout layout = new RamLayout();
        List<Segment> sound = new ArrayList<>();
        int strange = 0;
        long cut = 0;
        for (Segment s : segments) {
            // /proc/kcore has segments of virtual memory alone, at a physical address of -1
            if (s.pa < 0 || s.memorySize < 0 || s.fileSize < 0 || s.pa + s.memorySize < 0) {
                strange += s.pa == -1 ? 0 : 1;
                continue;
            }
            sound.add(s);
            long there = s.offset < 0 ? 0 : Math.clamp(fileSize - s.offset, 0, s.fileSize);
            cut += s.fileSize - there;
            if (there > 0) {
                layout.add(s.pa, there, s.offset);
            }
        }
        for (Segment s : sound) {
            layout.add(s.pa, Math.max(s.memorySize, s.fileSize), RamRange.NOT_HELD);
        }
        if (strange > 0) {
            damage.add(strange + " segments lie behind the end of physical memory");
        }
        if (cut > 0) {
            damage.add("the file is cut off: " + (cut >> 10) + " KiB of RAM lie beyond its end");
        }
        return layout.parts();
    }
}
