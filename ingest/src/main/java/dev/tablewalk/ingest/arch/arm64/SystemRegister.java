package dev.tablewalk.ingest.arch.arm64;

import java.util.List;
import java.util.Locale;

/**
 * The registers that say how a processor translates. Numbers are those of the instructions MRS and
 * MSR (Arm ARM, D24.2); all have op0 3.
 */
enum SystemRegister {
    TTBR0_EL1(0, 2, 0, 0),
    TTBR1_EL1(0, 2, 0, 1),
    TCR_EL1(0, 2, 0, 2),
    MAIR_EL1(0, 10, 2, 0),
    /** QEMU calls it by its name of 32-bit times. */
    SCTLR_EL1(0, 1, 0, 0, "SCTLR"),

    /** Of a processor that has EL2; tells whether a kernel runs there (E2H). */
    HCR_EL2(4, 1, 1, 0),
    TTBR0_EL2(4, 2, 0, 0),
    TTBR1_EL2(4, 2, 0, 1),
    TCR_EL2(4, 2, 0, 2),
    MAIR_EL2(4, 10, 2, 0),
    SCTLR_EL2(4, 1, 0, 0);

    private final int encoding;
    private final String olderName;

    SystemRegister(int op1, int crn, int crm, int op2) {
        this(op1, crn, crm, op2, "");
    }

    SystemRegister(int op1, int crn, int crm, int op2, String olderName) {
        this.encoding = 3 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2;
        this.olderName = olderName;
    }

    /** As in {@code ARM64_SYS_REG} of Linux {@code arch/arm64/include/uapi/asm/kvm.h}. */
    int encoding() {
        return encoding;
    }

    /** What it is called among the registers of a processor. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it may be called in a description of a target, by preference. */
    List<String> names() {
        return olderName.isEmpty() ? List.of(name()) : List.of(name(), olderName);
    }
}
