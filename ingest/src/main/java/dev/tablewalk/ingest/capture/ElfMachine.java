package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.UserError;

/** The machines whose RAM can be captured, all little-endian; numbers of {@code elf-em.h}. */
enum ElfMachine {
    AARCH64(183),
    ARM(40),
    I386(3),
    LOONGARCH64(258),
    RISCV64(243),
    X86_64(62);

    private final int number;

    ElfMachine(int number) {
        this.number = number;
    }

    /** {@code e_machine}. */
    int number() {
        return number;
    }

    /**
     * The one that QEMU's {@code query-target} names.
     *
     * @throws UserError if it is none of these
     */
    static ElfMachine of(String arch) {
        for (ElfMachine machine : values()) {
            if (machine.name().equalsIgnoreCase(arch)) {
                return machine;
            }
        }
        throw UserError.input("guests of architecture " + arch + " cannot be captured");
    }
}
