package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The notes of an ELF core, {@code elf(5)}: VMCOREINFO, and the registers of each processor, {@code
 * struct elf_prstatus}. QEMU may add more of them in a note under its own name, one for each
 * processor in the same order. {@code tablewalk capture} adds others, in notes called {@code
 * tablewalk} of type 1: a u32 with the processor's number, a u32 with how many follow, and of each
 * register a u32 with its {@linkplain RegisterFormats#numbers number}, a u32 of zero and a u64 with
 * its value.
 */
final class ElfNotes {
    /** More than the notes of thousands of processors. */
    private static final int MOST_BYTES = 64 << 20;

    private static final int NT_PRSTATUS = 1;
    private static final int NT_SYSTEM_REGISTERS = 1;
    private static final int QEMU = 0;
    private static final int PRSTATUS_PID = 32;
    private static final int MOST_SYSTEM_REGISTERS = 1024;

    private final List<RegisterFormats> candidates;
    private @Nullable RegisterFormats formats;
    private @Nullable Vmcoreinfo vmcoreinfo;
    private final List<Status> general = new ArrayList<>();
    private final List<Map<String, Long>> ofQemu = new ArrayList<>();
    private final TreeMap<Integer, Map<String, Long>> system = new TreeMap<>();

    /**
     * Of processors of one of these architectures; if there are several, of the first by whose
     * {@code struct elf_prstatus} a note is. Registers of others are left out.
     */
    ElfNotes(List<Architecture> architectures) {
        candidates = architectures.stream().map(Architecture::registerFormats).toList();
        formats = candidates.size() == 1 ? candidates.getFirst() : null;
    }

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
        if (name.equals("VMCOREINFO")) {
            vmcoreinfo = vmcoreinfo == null ? new Vmcoreinfo(content) : vmcoreinfo;
        } else {
            registers(name, type, new Fields(content));
        }
    }

    private void registers(String name, int type, Fields note) {
        switch (name) {
            case "CORE" -> {
                if (type == NT_PRSTATUS) {
                    status(note);
                }
            }
            case "QEMU" -> {
                if (type == QEMU && formats != null) {
                    ofQemu.add(formats.readQemuNote(note.buffer()));
                }
            }
            case "tablewalk" -> {
                if (type == NT_SYSTEM_REGISTERS && note.length() >= 8 && formats != null) {
                    systemRegisters(formats, note);
                }
            }
            default -> {}
        }
    }

    private void status(Fields note) {
        if (formats == null) {
            formats =
                    candidates.stream()
                            .filter(each -> each.statusBytes() == note.length())
                            .findFirst()
                            .orElse(null);
        }
        Map<String, Long> registers =
                formats == null ? Map.of() : formats.readStatus(note.buffer());
        if (!registers.isEmpty()) {
            general.add(new Status(note.i32(PRSTATUS_PID), registers));
        }
    }

    private void systemRegisters(RegisterFormats formats, Fields note) {
        long room = Math.min((note.length() - 8) / 16, MOST_SYSTEM_REGISTERS);
        int count = (int) Math.min(note.u32(4), room);
        Map<Integer, Long> values = new HashMap<>();
        for (int i = 0; i < count; i++) {
            values.putIfAbsent(note.i32(8 + 16 * i), note.u64(16 + 16 * i));
        }
        Map<String, Long> registers = new LinkedHashMap<>();
        formats.numbers()
                .forEach(
                        (name, number) -> {
                            Long value = values.get(number);
                            if (value != null) {
                                registers.put(name, value);
                            }
                        });
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
            if (ofQemu.size() == general.size()) { // else one cannot tell whose they are
                registers.putAll(ofQemu.get(i));
            }
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
