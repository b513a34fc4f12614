package dev.tablewalk.ingest.arch.x86_64;

import dev.tablewalk.ingest.arch.RegisterFormats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Registers of x86-64: {@code struct user_regs_struct} of Linux {@code
 * arch/x86/include/asm/user_64.h}, {@code QEMUCPUState} of QEMU's {@code target/i386/arch_dump.c}
 * beside it, and in a migration stream {@code vmstate_x86_cpu} of {@code target/i386/machine.c}.
 */
final class X86Registers implements RegisterFormats {
    private static final List<String> GENERAL =
            List.of(
                    "r15",
                    "r14",
                    "r13",
                    "r12",
                    "rbp",
                    "rbx",
                    "r11",
                    "r10",
                    "r9",
                    "r8",
                    "rax",
                    "rcx",
                    "rdx",
                    "rsi",
                    "rdi",
                    "orig_rax",
                    "rip",
                    "cs",
                    "rflags",
                    "rsp",
                    "ss",
                    "fs_base",
                    "gs_base",
                    "ds",
                    "es",
                    "fs",
                    "gs");

    /**
     * What the kernel notes in their place are those of the task in user mode; {@code
     * ELF_CORE_COPY_REGS} of {@code arch/x86/include/asm/elf.h}.
     */
    private static final List<String> OF_THE_TASK = List.of("orig_rax", "fs_base", "gs_base");

    /** In the order of QEMU's {@code CPUX86State.regs}. */
    private static final List<String> STATE_REGISTERS =
            List.of(
                    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10",
                    "r11", "r12", "r13", "r14", "r15");

    /** The same in {@code QEMUCPUState}. */
    private static final List<String> NOTED_REGISTERS =
            List.of(
                    "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8", "r9", "r10",
                    "r11", "r12", "r13", "r14", "r15", "rip", "rflags");

    /** The same: segments, each a selector, a limit, flags, nothing, and the base. */
    private static final List<String> NOTED_SEGMENTS =
            List.of("cs", "ds", "es", "fs", "gs", "ss", "ldt", "tr", "gdt", "idt");

    private static final int NOTED_SEGMENT_BYTES = 24;
    private static final int NOTED_SEGMENT_BASE = 16;

    /** Behind version and size. */
    private static final int NOTED_AT = 8;

    private static final int SEGMENTS_AT = NOTED_AT + 8 * NOTED_REGISTERS.size();
    private static final int CONTROLS_AT =
            SEGMENTS_AT + NOTED_SEGMENT_BYTES * NOTED_SEGMENTS.size();

    /** CR0 to CR4. */
    private static final int CONTROLS = 5;

    private static final int KERNEL_GS_AT = CONTROLS_AT + 8 * CONTROLS;
    private static final int NOTE_BYTES = KERNEL_GS_AT + 8;
    private static final int NOTE_VERSION = 1;

    /** {@code MSR_EFER}: Intel SDM, volume 4. */
    private static final int MSR_EFER = 0xc000_0080;

    private static final String REGISTERS = "env.regs";
    private static final String SEGMENTS = "env.segs";

    /** In a stream: a selector, the base, a limit, flags; in the order ES CS SS DS FS GS. */
    private static final int SEGMENT_BYTES = 20;

    private static final int SEGMENT_BASE = 4;
    private static final int SEGMENT_COUNT = 6;
    private static final int FS = 4;
    private static final int GS = 5;

    /** Further fields of a stream. */
    private static final Map<String, String> STATE =
            Map.of(
                    "env.eip", "rip",
                    "env.eflags", "rflags",
                    "env.cr[0]", "cr0",
                    "env.cr[2]", "cr2",
                    "env.cr[3]", "cr3",
                    "env.cr[4]", "cr4",
                    "env.efer", "efer",
                    "env.kernelgsbase", "kernel_gs_base");

    @Override
    public int elfMachine() {
        return 62; // EM_X86_64
    }

    @Override
    public List<String> general() {
        return GENERAL;
    }

    @Override
    public Map<String, Long> readStatus(ByteBuffer status) {
        Map<String, Long> registers = RegisterFormats.super.readStatus(status);
        OF_THE_TASK.forEach(registers::remove);
        return registers;
    }

    @Override
    public Map<String, Long> readQemuNote(ByteBuffer note) {
        Map<String, Long> registers = new LinkedHashMap<>();
        if (note.capacity() < NOTE_BYTES || note.getInt(0) != NOTE_VERSION) {
            return registers;
        }
        for (int i = 0; i < CONTROLS; i++) {
            if (i != 1) { // there is no CR1
                registers.put("cr" + i, note.getLong(CONTROLS_AT + 8 * i));
            }
        }
        for (String segment : List.of("fs", "gs")) {
            registers.put(segment + "_base", note.getLong(baseAt(segment)));
        }
        registers.put("kernel_gs_base", note.getLong(KERNEL_GS_AT));
        return registers;
    }

    private static int baseAt(String segment) {
        return SEGMENTS_AT
                + NOTED_SEGMENT_BYTES * NOTED_SEGMENTS.indexOf(segment)
                + NOTED_SEGMENT_BASE;
    }

    @Override
    public ByteBuffer qemuNote(Map<String, Long> registers) {
        ByteBuffer note = ByteBuffer.allocate(NOTE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(0, NOTE_VERSION).putInt(4, NOTE_BYTES);
        for (int i = 0; i < NOTED_REGISTERS.size(); i++) {
            note.putLong(NOTED_AT + 8 * i, registers.getOrDefault(NOTED_REGISTERS.get(i), 0L));
        }
        for (int i = 0; i < NOTED_SEGMENTS.size(); i++) {
            long selector = registers.getOrDefault(NOTED_SEGMENTS.get(i), 0L);
            note.putInt(SEGMENTS_AT + NOTED_SEGMENT_BYTES * i, (int) selector);
        }
        for (String segment : List.of("fs", "gs")) {
            note.putLong(baseAt(segment), registers.getOrDefault(segment + "_base", 0L));
        }
        for (int i = 0; i < CONTROLS; i++) {
            note.putLong(CONTROLS_AT + 8 * i, registers.getOrDefault("cr" + i, 0L));
        }
        return note.putLong(KERNEL_GS_AT, registers.getOrDefault("kernel_gs_base", 0L));
    }

    /** Of model-specific registers. */
    @Override
    public Map<String, Integer> numbers() {
        return Map.of("efer", MSR_EFER);
    }

    @Override
    public String gdbArchitecture() {
        return "i386:x86-64";
    }

    /** QEMU's {@code gdb-xml/i386-64bit.xml} has all. */
    @Override
    public String gdbPart() {
        return "";
    }

    @Override
    public Map<String, List<String>> gdbNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (String name : GENERAL) {
            names.put(name, List.of(name.equals("rflags") ? "eflags" : name));
        }
        names.remove("orig_rax"); // what a system call was asked for, and no register
        for (String name : List.of("cr0", "cr2", "cr3", "cr4", "efer")) {
            names.put(name, List.of(name));
        }
        names.put("kernel_gs_base", List.of("k_gs_base"));
        return names;
    }

    @Override
    public Set<String> stateFields() {
        Set<String> fields = new HashSet<>(STATE.keySet());
        fields.add(REGISTERS);
        fields.add(SEGMENTS);
        return fields;
    }

    @Override
    public Map<String, Long> readState(State state) {
        Map<String, Long> registers = new LinkedHashMap<>();
        int count = STATE_REGISTERS.size();
        ByteBuffer general = state.field(REGISTERS, 8, count, count);
        if (general == null) {
            return registers;
        }
        for (int i = 0; i < count; i++) {
            registers.put(STATE_REGISTERS.get(i), general.getLong(8 * i));
        }
        STATE.forEach(
                (field, name) -> {
                    ByteBuffer value = state.field(field, 8, 1, 1);
                    if (value != null) {
                        registers.put(name, value.getLong(0));
                    }
                });
        ByteBuffer segments = state.field(SEGMENTS, SEGMENT_BYTES, SEGMENT_COUNT, SEGMENT_COUNT);
        if (segments != null) {
            registers.put("fs_base", segments.getLong(FS * SEGMENT_BYTES + SEGMENT_BASE));
            registers.put("gs_base", segments.getLong(GS * SEGMENT_BYTES + SEGMENT_BASE));
        }
        return registers;
    }
}
