package dev.tablewalk.ingest.arch.x86_64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.pagetable.PageTableWalk;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.pagetable.RootTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's half stands in every root, and is the kernel's alone. */
class X86WalkTest {
    private static final int SIZE = 1 << 20;
    private static final X86Format FORMAT = new X86Format(48);
    private static final long TABLE = 0x67;
    private static final long KERNEL_TABLE = 0x63;
    private static final long LEAF = 0x8000_0000_0000_0163L;

    private static final int KERNEL = 0x1000;
    private static final int LINEAR = 0x2000;
    private static final int HIGH = 0x3000;
    private static final int IMAGE = 0x4000;
    private static final int PROCESS = 0x5000;
    private static final int PUD = 0x6000;
    private static final int OWN = 0x9000;

    @TempDir Path folder;

    private final ByteBuffer ram = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private void entry(int table, int index, long raw) {
        ram.putLong(table + 8 * index, raw);
    }

    @BeforeEach
    void aProcessBesideTheKernel() {
        entry(KERNEL, 273, LINEAR | KERNEL_TABLE);
        entry(KERNEL, 511, HIGH | KERNEL_TABLE);
        entry(HIGH, 510, IMAGE | KERNEL_TABLE);
        entry(PROCESS, 0, PUD | TABLE);
        entry(PROCESS, 273, LINEAR | KERNEL_TABLE);
        entry(PROCESS, 511, HIGH | KERNEL_TABLE);
    }

    private PageTables walked() throws IOException {
        Path path = Files.write(folder.resolve("ram.raw"), ram.array());
        try (Image image = Image.openRaw(path)) {
            PageTableWalk walk =
                    new PageTableWalk(
                            new PhysicalMemory(image.bytes(), List.of(new RamRange(0, SIZE, 0))),
                            FORMAT,
                            new Anomalies());
            RootTable kernels = new RootTable(KERNEL, FORMAT, -1L << 48);
            walk.walk(kernels);
            walk.share(kernels);
            walk.walk(new RootTable(PROCESS, FORMAT, 0));
            return walk.tables();
        }
    }

    /** Indices of the entries of a table that lead to another. */
    private static Set<Integer> pointers(PageTables tables, long pa) {
        Set<Integer> found = new TreeSet<>();
        for (int i = 0; i < tables.pointerCount(); i++) {
            if (tables.pa(tables.pointerFrom(i)) == pa) {
                found.add(tables.pointerIndex(i));
            }
        }
        return found;
    }

    @Test
    void copiesAreNotTheProcesss() throws IOException {
        PageTables tables = walked();
        assertEquals(Set.of(273, 511), pointers(tables, KERNEL));
        assertEquals(Set.of(0), pointers(tables, PROCESS));
        assertEquals(1, tables.tableEntries(tables.row(PROCESS)));
        assertEquals(0xffff_8880_0000_0000L, tables.va(tables.row(LINEAR)));
        assertEquals(0, tables.va(tables.row(PUD)));
    }

    /** As efi_mm has it: a table of its own, of which most entries are the kernel's. */
    @Test
    void norAreThoseInTablesOfItsOwn() throws IOException {
        entry(PROCESS, 511, OWN | KERNEL_TABLE);
        entry(OWN, 510, IMAGE | KERNEL_TABLE);
        entry(OWN, 400, 0x4000_0000L | LEAF | 0x80);
        PageTables tables = walked();
        assertEquals(Set.of(0, 511), pointers(tables, PROCESS));
        assertEquals(Set.of(), pointers(tables, OWN));
        assertEquals(0xffff_ff80_0000_0000L, tables.va(tables.row(OWN)));
        assertEquals(1, tables.leafRuns());
    }

    @Test
    void whatDiffersIs() throws IOException {
        entry(PROCESS, 300, OWN | TABLE); // the kernel has none there
        entry(PROCESS, 273, LINEAR | TABLE); // user mode let in
        entry(PROCESS, 1, HIGH | TABLE); // the kernel's table in the process's half
        assertEquals(Set.of(0, 1, 273, 300), pointers(walked(), PROCESS));
    }
}
