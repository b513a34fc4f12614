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
 * of 2 MiB. The notes, with 4-byte alignment:
 *
 * <ul>
 *   <li>{@code CORE}, type 1: {@code struct elf_prstatus} of arm64, 392 bytes, for each vCPU whose
 *       registers are known; {@code pr_pid} is the cpu index plus one, as in QEMU's own dumps.
 *   <li>{@code VMCOREINFO}, type 0: the text by which the guest's kernel describes itself, if one
 *       was found and proved.
 *   <li>{@code tablewalk}, type 1: what {@code elf_prstatus} has no room for, one for each vCPU
 *       whose registers are known:
 *       <pre>
 * u32 cpu                QEMU's cpu index
 * u32 count
 * count times
 *   u32 encoding         op0 &lt;&lt; 14 | op1 &lt;&lt; 11 | CRn &lt;&lt; 7 | CRm &lt;&lt; 3 | op2
 *   u32 zero
 *   u64 value
 * </pre>
 *       The encoding is that of {@code ARM64_SYS_REG} in Linux {@code
 *       arch/arm64/include/uapi/asm/kvm.h}: 0xc100 is TTBR0_EL1, 0xc101 TTBR1_EL1, 0xc102 TCR_EL1,
 *       0xc510 MAIR_EL1, 0xc080 SCTLR_EL1; 0xe088 is HCR_EL2, and 0xe100, 0xe101, 0xe102, 0xe510,
 *       0xe080 are the same of EL2. Which registers there are may differ.
 * </ul>
 */
final class CoreFile {
    /** Also a multiple of what any file system wants of blocks that are shared. */
    private static final long ALIGNMENT = 2L << 20;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int PRSTATUS = 392;

    /** Of {@code pr_pid} and {@code pr_reg} in {@code struct elf_prstatus}. */
    private static final int PR_PID = 32;

    private static final int PR_REG = 112;

    private static final short ET_CORE = 4;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int NT_PRSTATUS = 1;
    private static final int VMCOREINFO_TYPE = 0;
    private static final int SYSTEM_REGISTERS_TYPE = 1;

    /** The most that notes can come to, for each vCPU and for VMCOREINFO. */
    private static final int CPU_NOTES = 1 << 10;

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
    void writeHeaders(FileChannel to, List<CpuRegisters> cpus, byte[] vmcoreinfo)
            throws IOException {
        int notesAt = Math.toIntExact(notesOffset(ranges.size()));
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(ranges.getFirst().fileOffset()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(notesAt);
        for (CpuRegisters cpu : cpus) {
            note(bytes, "CORE", NT_PRSTATUS, prstatus(cpu));
        }
        if (vmcoreinfo.length > 0) {
            note(bytes, "VMCOREINFO", VMCOREINFO_TYPE, vmcoreinfo);
        }
        for (CpuRegisters cpu : cpus) {
            note(bytes, "tablewalk", SYSTEM_REGISTERS_TYPE, systemRegisters(cpu));
        }
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

    private static void note(ByteBuffer bytes, String name, int type, byte[] description) {
        byte[] text = (name + '\0').getBytes(StandardCharsets.US_ASCII);
        bytes.putInt(text.length).putInt(description.length).putInt(type);
        bytes.put(text).position(bytes.position() + 3 & -4);
        bytes.put(description).position(bytes.position() + 3 & -4);
    }

    private static byte[] prstatus(CpuRegisters cpu) {
        ByteBuffer status = ByteBuffer.allocate(PRSTATUS).order(ByteOrder.LITTLE_ENDIAN);
        status.putInt(PR_PID, cpu.cpu() + 1);
        status.position(PR_REG);
        cpu.general().forEach(status::putLong);
        return status.array();
    }

    private static byte[] systemRegisters(CpuRegisters cpu) {
        ByteBuffer registers =
                ByteBuffer.allocate(8 + 16 * cpu.system().size()).order(ByteOrder.LITTLE_ENDIAN);
        registers.putInt(cpu.cpu()).putInt(cpu.system().size());
        cpu.system()
                .forEach(
                        (register, value) ->
                                registers.putInt(register.encoding()).putInt(0).putLong(value));
        return registers.array();
    }
}
