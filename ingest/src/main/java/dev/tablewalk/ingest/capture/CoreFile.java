package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.memory.RamRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that a capture is: an ELF64 core (System V ABI; Linux {@code include/uapi/linux/elf.h}),
 * little-endian, with the guest's main memory in it and holes where that is zero.
 *
 * <p>One {@code PT_NOTE}, then one {@code PT_LOAD} for each run of RAM, by ascending {@code
 * p_paddr}, the guest's physical address; {@code p_vaddr} is 0. Each {@code p_offset} is a multiple
 * of 2 MiB. The notes, with 4-byte alignment, are those of {@link ElfNote}.
 */
final class CoreFile {
    /** Also a multiple of what any file system wants of blocks that are shared. */
    private static final long ALIGNMENT = 2L << 20;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;

    private static final short ET_CORE = 4;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;

    /** The most that notes can come to, for each vCPU and for VMCOREINFO. */
    private static final int CPU_NOTES = 1 << 11;

    private static final int VMCOREINFO_NOTE = 1 << 17;

    private final ElfMachine machine;
    private final List<RamRange> ranges = new ArrayList<>();
    private final long size;

    /**
     * @param cpus how many there are
     */
    CoreFile(ElfMachine machine, int cpus, List<RamBlock> blocks) {
        this.machine = machine;
        long at = notesOffset(blocks.size()) + (long) cpus * CPU_NOTES + VMCOREINFO_NOTE;
        for (RamBlock block : blocks) {
            at = aligned(at);
            ranges.add(new RamRange(block.pa(), block.size(), at));
            at += block.size();
        }
        this.size = at;
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private static long notesOffset(int blocks) {
        return HEADER + (long) (blocks + 1) * PROGRAM_HEADER;
    }

    /** Of the whole file, bytes. */
    long size() {
        return size;
    }

    /** Where RAM lies in it. */
    List<RamRange> ranges() {
        return ranges;
    }

    /** Where a byte of RAM lies in it. */
    long offset(long pa) {
        for (RamRange range : ranges) {
            if (pa >= range.pa() && pa < range.end()) {
                return range.fileOffset() + (pa - range.pa());
            }
        }
        throw new IllegalArgumentException("not in the file");
    }

    /** Writes all but the RAM. */
    void writeHeaders(FileChannel to, List<ElfNote> notes) throws IOException {
        int notesAt = Math.toIntExact(notesOffset(ranges.size()));
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(ranges.getFirst().fileOffset()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(notesAt);
        notes.forEach(note -> write(bytes, note));
        int end = bytes.position();
        bytes.position(0);
        fileHeader(bytes);
        programHeader(bytes, PT_NOTE, 0, notesAt, 0, end - notesAt, 4);
        for (RamRange range : ranges) {
            programHeader(
                    bytes,
                    PT_LOAD,
                    7, // readable, writable, executable
                    range.fileOffset(),
                    range.pa(),
                    range.size(),
                    ALIGNMENT);
        }
        bytes.position(0).limit(end);
        while (bytes.hasRemaining()) {
            to.write(bytes, bytes.position());
        }
    }

    private void fileHeader(ByteBuffer bytes) {
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}) // 64 bits, little-endian, version 1
                .position(16);
        bytes.putShort(ET_CORE)
                .putShort((short) machine.number())
                .putInt(1)
                .putLong(0)
                .putLong(HEADER)
                .putLong(0)
                .putInt(0)
                .putShort((short) HEADER)
                .putShort((short) PROGRAM_HEADER)
                .putShort((short) (ranges.size() + 1))
                .position(HEADER);
    }

    private static void programHeader(
            ByteBuffer bytes, int type, int flags, long offset, long pa, long size, long align) {
        bytes.putInt(type).putInt(flags).putLong(offset).putLong(0).putLong(pa);
        bytes.putLong(size).putLong(type == PT_LOAD ? size : 0).putLong(align);
    }

    private static void write(ByteBuffer bytes, ElfNote note) {
        byte[] text = (note.name() + '\0').getBytes(StandardCharsets.US_ASCII);
        bytes.putInt(text.length).putInt(note.content().remaining()).putInt(note.type());
        bytes.put(text).position(bytes.position() + 3 & -4);
        bytes.put(note.content().duplicate()).position(bytes.position() + 3 & -4);
    }
}
