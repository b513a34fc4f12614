package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The notes of an ELF core, {@code elf(5)}: VMCOREINFO, and the registers of each processor, {@code
 * struct elf_prstatus} of AArch64. {@code tablewalk capture} adds the system registers, in notes
 * called {@code tablewalk} of type 1: a u32 with the processor's number, a u32 with how many
 * follow, and of each register a u32 with its encoding as KVM's {@code ARM64_SYS_REG} has it (op0
 * from bit 14 on, op1 11, CRn 7, CRm 3, op2 0), a u32 of zero and a u64 with its value.
 */
final class ElfNotes {
    /** More than the notes of thousands of processors. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int NT_PRSTATUS = 1;
    private static final int NT_SYSTEM_REGISTERS = 1;
    private static final int PRSTATUS_BYTES = 392;
    private static final int PRSTATUS_PID = 32;
    private static final int PRSTATUS_REGISTERS = 112;
    private static final int GENERAL_REGISTERS = 31;
    private static final int MOST_SYSTEM_REGISTERS = 1024;

    private static final Map<Integer, String> SYSTEM_REGISTERS =
            Arrays.stream(SystemRegister.values())
                    .collect(Collectors.toMap(SystemRegister::encoding, SystemRegister::key));

    private @Nullable Vmcoreinfo vmcoreinfo;
    private final List<Status> general = new ArrayList<>();
    private final TreeMap<Integer, Map<String, Long>> system = new TreeMap<>();

    /** What {@code struct elf_prstatus} has of a processor. */
    private record Status(int pid, Map<String, Long> registers) {}

    /**
     * Reads the notes that lie in a part of a file.
     *
     * @throws DumpDamage if it does not lie in the file, or is too large
     */
    void read(DumpFile file, long at, long length) {
        if (length < 0 || length > MOST_BYTES) {
            throw new DumpDamage("its notes have " + length + " bytes");
        }
        read(file.fields(at, (int) length, "notes"), (int) length);
    }

    private void read(Fields notes, int length) {
        long at = 0;
        while (at + 12 <= length) {
            long nameSize = notes.u32((int) at);
            long size = notes.u32((int) at + 4);
            int type = notes.i32((int) at + 8);
            long start = at + 12 + ((nameSize + 3) & -4);
            long end = start + size;
            if (nameSize > 64 || end > length) {
                return; // the padding behind the last, or damage
            }
            String name = notes.text((int) at + 12, (int) nameSize);
            byte[] content = new byte[(int) size];
            System.arraycopy(notes.bytes(), (int) start, content, 0, content.length);
            note(name, type, content);
            at = (end + 3) & -4;
        }
    }

    private void note(String name, int type, byte[] content) {
        switch (name) {
            case "VMCOREINFO" ->
                    vmcoreinfo = vmcoreinfo == null ? new Vmcoreinfo(content) : vmcoreinfo;
            case "CORE" -> {
                if (type == NT_PRSTATUS && content.length == PRSTATUS_BYTES) {
                    Fields status = new Fields(content);
                    general.add(new Status(status.i32(PRSTATUS_PID), generalRegisters(status)));
                }
            }
            case "tablewalk" -> {
                if (type == NT_SYSTEM_REGISTERS && content.length >= 8) {
                    systemRegisters(new Fields(content), content.length);
                }
            }
            default -> {}
        }
    }

    private static Map<String, Long> generalRegisters(Fields status) {
        Map<String, Long> registers = new LinkedHashMap<>();
        int at = PRSTATUS_REGISTERS;
        for (int i = 0; i < GENERAL_REGISTERS; i++, at += 8) {
            registers.put("x" + i, status.u64(at));
        }
        registers.put("sp", status.u64(at));
        registers.put("pc", status.u64(at + 8));
        registers.put("pstate", status.u64(at + 16));
        return registers;
    }

    private void systemRegisters(Fields note, int length) {
        int count = (int) Math.min(note.u32(4), Math.min((length - 8) / 16, MOST_SYSTEM_REGISTERS));
        Map<String, Long> registers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = SYSTEM_REGISTERS.get(note.i32(8 + 16 * i));
            if (name != null) {
                registers.put(name, note.u64(16 + 16 * i));
            }
        }
        system.putIfAbsent(note.i32(0), registers);
    }

    /** All that was read. */
    Notes notes() {
        List<CpuRegisters> cpus = new ArrayList<>();
        Map<Integer, Map<String, Long>> left = new TreeMap<>(system);
        boolean counted = isCounted();
        for (int i = 0; i < general.size(); i++) {
            int number = counted ? general.get(i).pid - 1 : i;
            Map<String, Long> registers = new LinkedHashMap<>(general.get(i).registers);
            Map<String, Long> more = left.remove(number);
            registers.putAll(more == null ? Map.of() : more);
            int noted = more == null ? general.get(i).pid : CpuRegisters.SAID;
            cpus.add(new CpuRegisters(number, noted, registers));
        }
        left.forEach(
                (number, registers) -> {
                    if (number >= 0) {
                        cpus.add(new CpuRegisters(number, registers));
                    }
                });
        return new Notes(vmcoreinfo, cpus);
    }

    /** Whether {@code pr_pid} counts processors from 1 on, of which some may lack. */
    private boolean isCounted() {
        int before = 0;
        for (Status status : general) {
            if (status.pid <= before) {
                return false;
            }
            before = status.pid;
        }
        return true;
    }
}
