package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.image.SystemRegister;
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
}
