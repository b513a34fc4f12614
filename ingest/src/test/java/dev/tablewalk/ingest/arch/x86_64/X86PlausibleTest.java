package dev.tablewalk.ingest.arch.x86_64;

import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.FIVE;
import static dev.tablewalk.ingest.arch.x86_64.X86FormatTest.FOUR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At which levels Linux could have written an entry; most were read in real guests. */
class X86PlausibleTest {
    private static String levels(X86Format format, long d) {
        StringBuilder text = new StringBuilder();
        int mask = format.plausibleLevels(d);
        for (int level = 0; level < format.levels(); level++) {
            if ((mask >> level & 1) != 0) {
                text.append(text.isEmpty() ? "" : " ").append(format.levelName(level));
            }
        }
        return text.toString();
    }

    private static void assertLevels(String expected, String descriptor) {
        long d = Long.parseUnsignedLong(descriptor.substring(2), 16);
        assertEquals(expected, levels(FOUR, d));
    }

    @ParameterizedTest
    @CsvSource({
        "0x11201067, PGD PUD PMD PTE", // a table, or what may be written and executed
        "0x0e82a063, PGD PUD PMD PTE",
        "0x11203047, PGD PUD PMD PTE", // not used since A was cleared
        "0x8000000001055061, PUD PMD PTE", // espfix's tables; or read-only data
        "0x8000000002978067, PGD PTE", // of the kernel's root under page-table isolation
        "0x0400000002978063, PGD", // _PAGE_NOPTISHADOW
        "0x11201007, PTE", // Linux sets D in entries of tables
    })
    void tables(String descriptor, String levels) {
        assertLevels(levels, descriptor);
    }

    @ParameterizedTest
    @CsvSource({
        "0x1f157025, PTE",
        "0x8000000000000163, PTE",
        "0x80000000fec0017b, PTE",
        "0x80000000febff277, PTE",
        "0x80000000002001e3, PMD", // and as a PTE, an unused memory type
        "0x80000000400000e3, PUD PMD",
        "0x80000000038008e7, PMD",
        "0x0a6001a1, PMD",
        "0xf800000012345867, PTE", // protection key 15
        "0x8400000012345025, PTE", // saved-dirty
        "0x0000000012345125, PTE", // the vsyscall page
    })
    void leaves(String descriptor, String levels) {
        assertLevels(levels, descriptor);
    }

    @ParameterizedTest
    @CsvSource({
        "0x000ffffffc1fe960, PTE",
        "0x040ffffff9bff900, PTE",
        "0x780ffffff9bff900, PTE", // of a protection key
        "0x000fffffc42009e0, PMD",
        "0x000fffffc43ff1e0, PMD",
        "0x000ffffebffff1e0, PUD PMD",
        "0x800fffffc42008e6, PMD", // being split
        "0x800ffffefde7c020, PTE",
        "0x800ffffff43ff062, PMD PTE", // of 2 MiB, or a small one where it looks like one
        "0x07fffffffffe760a, PMD PTE",
        "0xfffffffffffff600, PMD PTE",
    })
    void notPresent(String descriptor, String levels) {
        assertLevels(levels, descriptor);
    }

    @ParameterizedTest
    @CsvSource({
        "0x8010000012345163", // bits that are ignored, and Linux ignores
        "0x8000000012345167", // user, writable and global
        "0x8000000012345143", // kernel, not accessed
        "0x8800000012345163", // kernel, with a protection key
        "0x0000000012345173", // device that can be executed
        "0x80000000002021e3", // not aligned
        "0x0000000000000029", // small numbers
        "0x0000000000000061",
        "0x0000000000000067",
        "0x0000000000000130",
        "0x0000000000000800",
        "0x000ffffffc1fe962", // PROT_NONE, and writable
        "0x000ffffffc1fe964",
        "0x800ffffffc1fe960",
        "0x800ffffefde7c030", // the kernel unmaps memory only
        "0x800ffffefde7c024",
        "0x00000000001fe000", // a page-aligned number
        "0x03fffffffffe760a", // a slot beyond all
        "0x07fffffffffe762a",
        "0x07fffffffffe761a",
    })
    void whatLinuxDoesNotWrite(String descriptor) {
        assertLevels("", descriptor);
    }

    @ParameterizedTest
    @CsvSource({
        "0x31601067, PGD P4D PUD PMD PTE",
        "0x80000000400000e3, PUD PMD",
        "0x8000000002978067, PGD PTE",
        "0x040ffffef95f1920, PTE",
    })
    void fiveLevels(String descriptor, String levels) {
        long d = Long.parseUnsignedLong(descriptor.substring(2), 16);
        assertEquals(levels, levels(FIVE, d));
    }
}
