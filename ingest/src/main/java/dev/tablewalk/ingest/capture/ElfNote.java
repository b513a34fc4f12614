package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A note of the core that a capture is:
 *
 * <ul>
 *   <li>{@code CORE}, type 1: {@code struct elf_prstatus} of the guest's architecture, for each
 *       vCPU whose registers are known; {@code pr_pid} is the cpu index plus one, as in QEMU's own
 *       dumps.
 *   <li>{@code QEMU}, type 0: what QEMU notes of a processor of that architecture beside it, if
 *       anything; in the same order.
 *   <li>{@code tablewalk}, type 1: what these have no room for, one for each vCPU whose registers
 *       are known:
 *       <pre>
 * u32 cpu                QEMU's cpu index
 * u32 count
 * count times
 *   u32 number
 *   u32 zero
 *   u64 value
 * </pre>
 *       Which registers there are may differ. Of arm64 the number is that of {@code ARM64_SYS_REG}
 *       in Linux {@code arch/arm64/include/uapi/asm/kvm.h}, of x86-64 that of a model-specific
 *       register ({@link RegisterFormats#numbers}).
 *   <li>{@code VMCOREINFO}, type 0: the text by which the guest's kernel describes itself, if one
 *       was found and proved.
 * </ul>
 */
record ElfNote(String name, int type, ByteBuffer content) {
    /** Of {@code pr_pid} in {@code struct elf_prstatus}. */
    private static final int PR_PID = 32;

    static ElfNote vmcoreinfo(byte[] text) {
        return new ElfNote("VMCOREINFO", 0, ByteBuffer.wrap(text));
    }

    /** All that tell of processors. */
    static List<ElfNote> of(RegisterFormats formats, List<CpuRegisters> cpus) {
        List<ElfNote> notes = new ArrayList<>();
        for (CpuRegisters cpu : cpus) {
            notes.add(new ElfNote("CORE", 1, status(formats, cpu)));
        }
        for (CpuRegisters cpu : cpus) {
            ByteBuffer more = formats.qemuNote(cpu.registers());
            if (more.hasRemaining()) {
                notes.add(new ElfNote("QEMU", 0, more));
            }
        }
        for (CpuRegisters cpu : cpus) {
            notes.add(new ElfNote("tablewalk", 1, others(formats, cpu)));
        }
        return notes;
    }

    private static ByteBuffer status(RegisterFormats formats, CpuRegisters cpu) {
        ByteBuffer status =
                ByteBuffer.allocate(formats.statusBytes()).order(ByteOrder.LITTLE_ENDIAN);
        status.putInt(PR_PID, cpu.number() + 1);
        status.position(RegisterFormats.STATUS_REGISTERS);
        for (String name : formats.general()) {
            status.putLong(cpu.registers().getOrDefault(name, 0L));
        }
        return status.rewind();
    }

    private static ByteBuffer others(RegisterFormats formats, CpuRegisters cpu) {
        Map<String, Integer> numbers = new LinkedHashMap<>(formats.numbers());
        numbers.keySet().retainAll(cpu.registers().keySet());
        ByteBuffer registers =
                ByteBuffer.allocate(8 + 16 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        registers.putInt(cpu.number()).putInt(numbers.size());
        numbers.forEach(
                (name, number) -> {
                    long value = cpu.registers().getOrDefault(name, 0L);
                    registers.putInt(number).putInt(0).putLong(value);
                });
        return registers.rewind();
    }
}
