package dev.tablewalk.cli.checks;

/** What a descriptor has to say for a page to be allowed or forbidden something. */
enum Bits {
    /** Arm ARM D8.3; {@code arch/arm64/include/asm/pgtable-hwdef.h}. */
    ARM64(
            3, // valid, a table
            1L << 7, // AP[2]
            1L << 51, // DBM, Linux's PTE_WRITE
            1L << 54, // UXN
            1L << 53, // PXN
            1L << 60, // UXNTable
            1L << 6, // AP[1]
            1, // valid, and in the last level no page
            false),

    /**
     * Intel SDM, volume 3A, 4.5; {@code arch/x86/include/asm/pgtable_types.h}. What users may not
     * access the kernel may execute: SMEP says nothing of it.
     */
    X86_64(
            0x67, // present, writable, for users, accessed, dirty
            0,
            1L << 1, // R/W
            1L << 63, // XD
            1L << 63 | 1L << 2, // XD, U/S
            1L << 63, // XD
            1L << 2, // U/S
            0xe7, // a table's, and PS
            true);

    private final long table;
    private final long readOnly;
    private final long write;
    private final long notByUsers;
    private final long notByKernel;
    private final long nothingBelow;
    private final long user;
    private final long undefined;
    private final boolean undefinedInRoot;

    /**
     * @param table a descriptor that leads to a table at PA 0, as processes have them
     * @param readOnly in a leaf: it cannot be written to
     * @param write in a leaf: it can be
     * @param notByUsers in a leaf: user mode may not execute it
     * @param notByKernel in a leaf: the kernel may not, by each of these
     * @param nothingBelow in a table's descriptor: user mode may execute nothing there
     * @param user in a leaf: user mode may access it
     * @param undefined a descriptor that means nothing
     * @param undefinedInRoot whether it does so in a root, and not in a table of the last level
     */
    Bits(
            long table,
            long readOnly,
            long write,
            long notByUsers,
            long notByKernel,
            long nothingBelow,
            long user,
            long undefined,
            boolean undefinedInRoot) {
        this.table = table;
        this.readOnly = readOnly;
        this.write = write;
        this.notByUsers = notByUsers;
        this.notByKernel = notByKernel;
        this.nothingBelow = nothingBelow;
        this.user = user;
        this.undefined = undefined;
        this.undefinedInRoot = undefinedInRoot;
    }

    static Bits of(String architecture) {
        return switch (architecture) {
            case "aarch64" -> ARM64;
            case "x86_64" -> X86_64;
            default -> throw new IllegalArgumentException(architecture);
        };
    }

    long table() {
        return table;
    }

    long writable(long leaf) {
        return (leaf & ~readOnly) | write;
    }

    long executable(long leaf) {
        return leaf & ~notByUsers;
    }

    long notExecutable(long leaf) {
        return leaf | notByUsers;
    }

    long executableByKernel(long leaf) {
        return leaf & ~notByKernel;
    }

    long nothingExecutable(long descriptor) {
        return descriptor | nothingBelow;
    }

    long forUsers(long leaf) {
        return leaf | user;
    }

    long undefined() {
        return undefined;
    }

    boolean isUndefinedInRoot() {
        return undefinedInRoot;
    }
}
