package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.image.StateDescription.Device;
import dev.tablewalk.ingest.image.StateDescription.Field;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a processor in a migration stream: {@code vmstate_arm_cpu} of QEMU's {@code
 * target/arm/machine.c}. The registers are those that QEMU puts into {@code NT_PRSTATUS} of an ELF
 * core ({@code target/arm/arch_dump.c}), and the system registers beside them.
 */
final class ArmCpuState {
    /** What a section of such a device is called. */
    static final String NAME = "cpu";

    private static final String OLD_REGISTERS = "env.regs";
    private static final String REGISTERS = "env.xregs";
    private static final String PC = "env.pc";
    private static final String PSTATE = "cpsr";
    private static final String STACK_POINTERS = "env.sp_el";
    private static final String SYSTEM_REGISTERS = "cpreg_vmstate_indexes";
    private static final String SYSTEM_VALUES = "cpreg_vmstate_values";

    /** Names of the fields that are read. */
    static final Set<String> FIELDS =
            Set.of(
                    OLD_REGISTERS,
                    REGISTERS,
                    PC,
                    PSTATE,
                    STACK_POINTERS,
                    SYSTEM_REGISTERS,
                    SYSTEM_VALUES);

    private static final int GENERAL_REGISTERS = 31;

    /** Of the registers of 32-bit code: those that any mode has, and the program counter. */
    private static final int OLD_GENERAL_REGISTERS = 15;

    /** {@code PSTATE.nRW}: the processor executes 32-bit code. */
    private static final long AARCH32 = 1 << 4;

    /** {@code PSTATE.SP}: the stack pointer in use is not SP_EL0. */
    private static final long OWN_STACK_POINTER = 1;

    private static final int EXCEPTION_LEVELS = 4;

    /** Ten times as many as QEMU knows. */
    private static final int MOST_SYSTEM_REGISTERS = 1 << 13;

    /**
     * {@code KVM_REG_ARM64}, {@code KVM_REG_SIZE_U64} and {@code KVM_REG_ARM64_SYSREG} of Linux
     * {@code arch/arm64/include/uapi/asm/kvm.h}: the rest is the register's encoding.
     */
    private static final long SYSTEM_REGISTER = 0x6030_0000_0013_0000L;

    private final DumpFile file;
    private final long start;
    private final Map<String, Field> fields;

    private ArmCpuState(DumpFile file, long start, Map<String, Field> fields) {
        this.file = file;
        this.start = start;
        this.fields = fields;
    }

    /**
     * Reads registers.
     *
     * @param start where the state begins in the file, bytes
     * @return by name, as {@link Notes.CpuRegisters} has them; empty if it is the state of another
     *     architecture's processor
     */
    static Map<String, Long> registers(DumpFile file, long start, Device device) {
        ArmCpuState state = new ArmCpuState(file, start, device.fields());
        Map<String, Long> registers = new LinkedHashMap<>();
        state.readGeneral(registers);
        if (!registers.isEmpty()) {
            state.readSystem(registers);
        }
        return registers;
    }

    private void readGeneral(Map<String, Long> registers) {
        Fields general = field(REGISTERS, 8, GENERAL_REGISTERS + 1, GENERAL_REGISTERS + 1);
        Fields pc = field(PC, 8, 1, 1);
        Fields pstate = field(PSTATE, 4, 1, 1);
        if (general == null || pc == null || pstate == null) {
            return;
        }
        if ((pstate.u32(0) & AARCH32) == 0) {
            for (int i = 0; i < GENERAL_REGISTERS; i++) {
                registers.put("x" + i, general.u64(8 * i));
            }
            registers.put("sp", general.u64(8 * GENERAL_REGISTERS));
            registers.put("pc", pc.u64(0));
            readStackPointer(registers, pstate.u32(0));
        } else {
            readOld(registers);
        }
        registers.put("pstate", pstate.u32(0));
    }

    /** QEMU keeps the stack pointer that is in use apart from the others. */
    private void readStackPointer(Map<String, Long> registers, long pstate) {
        Fields others = field(STACK_POINTERS, 8, EXCEPTION_LEVELS, EXCEPTION_LEVELS);
        Long inUse = registers.get("sp");
        if (others != null && inUse != null) {
            boolean own = (pstate & OWN_STACK_POINTER) != 0;
            registers.put("sp_el0", own ? others.u64(0) : inUse);
        }
    }

    /** Of 32-bit code; what lies in the other registers is old. */
    private void readOld(Map<String, Long> registers) {
        int count = OLD_GENERAL_REGISTERS + 1;
        Fields old = field(OLD_REGISTERS, 4, count, count);
        if (old != null) {
            for (int i = 0; i < OLD_GENERAL_REGISTERS; i++) {
                registers.put("x" + i, old.u32(4 * i));
            }
            registers.put("pc", old.u32(4 * OLD_GENERAL_REGISTERS));
        }
    }

    private void readSystem(Map<String, Long> registers) {
        Fields ids = field(SYSTEM_REGISTERS, 8, 1, MOST_SYSTEM_REGISTERS);
        Fields values = field(SYSTEM_VALUES, 8, 1, MOST_SYSTEM_REGISTERS);
        if (ids == null || values == null) {
            return;
        }
        Map<Long, Long> all = new HashMap<>();
        for (int at = 0; at < Math.min(ids.length(), values.length()); at += 8) {
            all.put(ids.u64(at), values.u64(at));
        }
        for (SystemRegister register : SystemRegister.values()) {
            Long value = all.get(SYSTEM_REGISTER | register.encoding());
            if (value != null) {
                registers.put(register.key(), value);
            }
        }
    }

    /** A field; null if the state has none of that form. */
    private @Nullable Fields field(String name, int size, int least, int most) {
        Field field = fields.get(name);
        if (field == null
                || field.size() != size
                || field.count() < least
                || field.count() > most) {
            return null;
        }
        return file.fields(start + field.at(), (int) field.count() * size, name).bigEndian();
    }
}
