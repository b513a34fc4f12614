package dev.tablewalk.cli.checks;

/** What a descriptor has to say for a page to be allowed or forbidden something. */
enum Bits {
    /** Arm ARM D8.3; {@code arch/arm64/include/asm/pgtable-hwdef.h}. */
    ARM64 {
        private static final long USER = 1L << 6;
        private static final long READ_ONLY = 1L << 7;
        private static final long WRITE = 1L << 51;
        private static final long KERNEL_XN = 1L << 53;
        private static final long USER_XN = 1L << 54;
        private static final long XN_TABLE = 1L << 60;

        @Override
        long table() {
            return 3;
        }

        @Override
        long writable(long leaf) {
            return (leaf & ~READ_ONLY) | WRITE;
        }

        @Override
        long executable(long leaf) {
            return leaf & ~USER_XN;
        }

        @Override
        long notExecutable(long leaf) {
            return leaf | USER_XN;
        }

        @Override
        long executableByKernel(long leaf) {
            return leaf & ~KERNEL_XN;
        }

        @Override
        long nothingExecutable(long table) {
            return table | XN_TABLE;
        }

        @Override
        long forUsers(long leaf) {
            return leaf | USER;
        }

        // Of the last level: valid, and no page.
        @Override
        long undefined() {
            return 1;
        }

        @Override
        boolean isUndefinedInRoot() {
            return false;
        }
    },

    /** Intel SDM, volume 3A, 4.5; {@code arch/x86/include/asm/pgtable_types.h}. */
    X86_64 {
        private static final long WRITE = 1L << 1;
        private static final long USER = 1L << 2;
        private static final long LARGE = 1L << 7;
        private static final long NO_EXECUTE = 1L << 63;

        // Present, writable, for users, accessed, dirty.
        @Override
        long table() {
            return 0x67;
        }

        @Override
        long writable(long leaf) {
            return leaf | WRITE;
        }

        @Override
        long executable(long leaf) {
            return leaf & ~NO_EXECUTE;
        }

        @Override
        long notExecutable(long leaf) {
            return leaf | NO_EXECUTE;
        }

        // What users may not access the kernel may execute: SMEP says nothing of it.
        @Override
        long executableByKernel(long leaf) {
            return leaf & ~(NO_EXECUTE | USER);
        }

        @Override
        long nothingExecutable(long table) {
            return table | NO_EXECUTE;
        }

        @Override
        long forUsers(long leaf) {
            return leaf | USER;
        }

        @Override
        long undefined() {
            return table() | LARGE;
        }

        @Override
        boolean isUndefinedInRoot() {
            return true;
        }
    };

    /** A descriptor that leads to a table at PA 0, as processes have them. */
    abstract long table();

    /** The leaf, so that it can be written to. */
    abstract long writable(long leaf);

    /** The leaf, so that user mode may execute what it maps. */
    abstract long executable(long leaf);

    /** The leaf, so that user mode may not. */
    abstract long notExecutable(long leaf);

    /** The leaf, so that the kernel may execute what it maps. */
    abstract long executableByKernel(long leaf);

    /** The descriptor of a table, so that nothing below can be executed in user mode. */
    abstract long nothingExecutable(long table);

    /** The leaf, so that user mode may access what it maps. */
    abstract long forUsers(long leaf);

    /** A descriptor that means nothing in a root, or in a table of the last level. */
    abstract long undefined();

    abstract boolean isUndefinedInRoot();

    static Bits of(String architecture) {
        return switch (architecture) {
            case "aarch64" -> ARM64;
            case "x86_64" -> X86_64;
            default -> throw new IllegalArgumentException(architecture);
        };
    }
}
