package dev.tablewalk.ingest.arch.arm64;

import dev.tablewalk.ingest.arch.RegisterFormats;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Registers of AArch64: {@code struct user_pt_regs} of Linux {@code
 * arch/arm64/include/uapi/asm/ptrace.h}, and those {@linkplain SystemRegister of the system}. In a
 * migration stream they are {@code vmstate_arm_cpu} of QEMU's {@code target/arm/machine.c}, of
 * which those are read that QEMU puts into {@code NT_PRSTATUS} ({@code target/arm/arch_dump.c}).
 */
final class Arm64Registers implements RegisterFormats {
    private static final String OLD_REGISTERS = "env.regs";
    private static final String REGISTERS = "env.xregs";
    private static final String PC = "env.pc";
    private static final String PSTATE = "cpsr";
    private static final String STACK_POINTERS = "env.sp_el";
    private static final String SYSTEM_REGISTERS = "cpreg_vmstate_indexes";
    private static final String SYSTEM_VALUES = "cpreg_vmstate_values";

    private static final int GENERAL_REGISTERS = 31;

    /** Of the registers of 32-bit code: those that any mode has, and the program counter. */
    private static final int OLD_GENERAL_REGISTERS = 15;

    /** {@code PSTATE.nRW}: the processor executes 32-bit code. */
    private static final int AARCH32 = 1 << 4;

    /** {@code PSTATE.SP}: the stack pointer in use is not SP_EL0. */
    private static final int OWN_STACK_POINTER = 1;

    private static final int EXCEPTION_LEVELS = 4;

    /** Ten times as many as QEMU knows. */
    private static final int MOST_SYSTEM_REGISTERS = 1 << 13;

    /**
     * {@code KVM_REG_ARM64}, {@code KVM_REG_SIZE_U64} and {@code KVM_REG_ARM64_SYSREG} of Linux
     * {@code arch/arm64/include/uapi/asm/kvm.h}: the rest is the register's encoding.
     */
    private static final long SYSTEM_REGISTER = 0x6030_0000_0013_0000L;

    private static final List<String> GENERAL = generalRegisters();
    private static final Map<String, Integer> NUMBERS = systemRegisters();

    private static List<String> generalRegisters() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < GENERAL_REGISTERS; i++) {
            names.add("x" + i);
        }
        names.addAll(List.of("sp", "pc", "pstate"));
        return List.copyOf(names);
    }

    private static Map<String, Integer> systemRegisters() {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (SystemRegister register : SystemRegister.values()) {
            numbers.put(register.key(), register.encoding());
        }
        return numbers;
    }

    @Override
    public int elfMachine() {
        return 183; // EM_AARCH64
    }

    @Override
    public List<String> general() {
        return GENERAL;
    }

    /** As {@code ARM64_SYS_REG} has them. */
    @Override
    public Map<String, Integer> numbers() {
        return NUMBERS;
    }

    @Override
    public String gdbArchitecture() {
        return "aarch64";
    }

    /** QEMU's {@code target/arm/gdbstub.c}. */
    @Override
    public String gdbPart() {
        return "system-registers";
    }

    @Override
    public Map<String, List<String>> gdbNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        GENERAL.forEach(name -> names.put(name, List.of(name.equals("pstate") ? "cpsr" : name)));
        for (SystemRegister register : SystemRegister.values()) {
            names.put(register.key(), register.names());
        }
        return names;
    }

    @Override
    public Set<String> stateFields() {
        return Set.of(
                OLD_REGISTERS,
                REGISTERS,
                PC,
                PSTATE,
                STACK_POINTERS,
                SYSTEM_REGISTERS,
                SYSTEM_VALUES);
    }

    @Override
    public Map<String, Long> readState(State state) {
        Map<String, Long> registers = new LinkedHashMap<>();
        readGeneral(state, registers);
        if (!registers.isEmpty()) {
            readSystem(state, registers);
        }
        return registers;
    }

    private static void readGeneral(State state, Map<String, Long> registers) {
        ByteBuffer general =
                state.field(REGISTERS, 8, GENERAL_REGISTERS + 1, GENERAL_REGISTERS + 1);
        ByteBuffer pc = state.field(PC, 8, 1, 1);
        ByteBuffer pstate = state.field(PSTATE, 4, 1, 1);
        if (general == null || pc == null || pstate == null) {
            return;
        }
        int mode = pstate.getInt(0);
        if ((mode & AARCH32) == 0) {
            for (int i = 0; i < GENERAL_REGISTERS; i++) {
                registers.put("x" + i, general.getLong(8 * i));
            }
            long inUse = general.getLong(8 * GENERAL_REGISTERS);
            registers.put("sp", inUse);
            registers.put("pc", pc.getLong(0));
            // QEMU keeps the stack pointer that is in use apart from the others.
            ByteBuffer others = state.field(STACK_POINTERS, 8, EXCEPTION_LEVELS, EXCEPTION_LEVELS);
            if (others != null) {
                boolean own = (mode & OWN_STACK_POINTER) != 0;
                registers.put("sp_el0", own ? others.getLong(0) : inUse);
            }
        } else {
            readOld(state, registers);
        }
        registers.put("pstate", Integer.toUnsignedLong(mode));
    }

    /** Of 32-bit code; what lies in the other registers is old. */
    private static void readOld(State state, Map<String, Long> registers) {
        int count = OLD_GENERAL_REGISTERS + 1;
        ByteBuffer old = state.field(OLD_REGISTERS, 4, count, count);
        if (old != null) {
            for (int i = 0; i < OLD_GENERAL_REGISTERS; i++) {
                registers.put("x" + i, Integer.toUnsignedLong(old.getInt(4 * i)));
            }
            registers.put("pc", Integer.toUnsignedLong(old.getInt(4 * OLD_GENERAL_REGISTERS)));
        }
    }

    private static void readSystem(State state, Map<String, Long> registers) {
        ByteBuffer ids = state.field(SYSTEM_REGISTERS, 8, 1, MOST_SYSTEM_REGISTERS);
        ByteBuffer values = state.field(SYSTEM_VALUES, 8, 1, MOST_SYSTEM_REGISTERS);
        if (ids == null || values == null) {
            return;
        }
        Map<Long, Long> all = new HashMap<>();
        for (int at = 0; at < Math.min(ids.capacity(), values.capacity()); at += 8) {
            all.put(ids.getLong(at), values.getLong(at));
        }
        NUMBERS.forEach(
                (name, number) -> {
                    Long value = all.get(SYSTEM_REGISTER | number);
                    if (value != null) {
                        registers.put(name, value);
                    }
                });
    }
}
