package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.image.SystemRegister;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stopped vCPU's registers hold.
 *
 * @param cpu QEMU's cpu index
 * @param general x0 to x30, sp, pc, pstate
 * @param system those that could be read
 */
record CpuRegisters(int cpu, List<Long> general, Map<SystemRegister, Long> system) {
    /** How many general registers there are: {@code struct user_pt_regs}. */
    static final int GENERAL = 34;

    private static final int SP = 31;
    private static final int PC = 32;

    /** What tells which kernel a vCPU runs, as an image's notes have it. */
    Notes.CpuRegisters asNoted() {
        Map<String, Long> registers = new HashMap<>();
        registers.put("sp", general.get(SP));
        registers.put("pc", general.get(PC));
        system.forEach((register, value) -> registers.put(register.key(), value));
        return new Notes.CpuRegisters(cpu, registers);
    }
}
