package dev.tablewalk.ingest.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What QEMU's memory tree says, as QEMU prints it. */
class MemoryTreeTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private static List<RamBlock> read(String text, Map<String, Long> backends) {
        return MemoryTree.mainMemory(text, backends, List.of());
    }

    /** QEMU 7.2, machine virt: lines end in CR LF, and the views come in any order. */
    @Test
    void aMachineWithOneBackend() {
        String text =
                """
                FlatView #0
                 AS "gpex-root", root: bus master container
                 Root memory region: (none)
                  No rendered FlatView

                FlatView #1
                 AS "I/O", root: io
                 Root memory region: io
                  0000000000000000-000000000000ffff (prio 0, i/o): io

                FlatView #2
                 AS "memory", root: system
                 AS "cpu-memory-0", root: system
                 AS "gicv3-its-sysmem", root: system
                 Root memory region: system
                  0000000000000000-0000000003ffffff (prio 0, romd): virt.flash0
                  0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
                  000000003eff0000-000000003effffff (prio 0, i/o): gpex_ioport_window
                  0000000040000000-000000005fffffff (prio 0, ram): ram
                  0000008000000000-000000ffffffffff (prio 0, i/o): gpex_mmio_window @0000008000000000

                """;
        List<RamBlock> expected = List.of(new RamBlock(GIB, 512 * MIB, "ram", 0));
        assertEquals(expected, read(text, Map.of("ram", 512 * MIB)));
        assertEquals(expected, read(text.replace("\n", "\r\n"), Map.of("ram", 512 * MIB)));
    }

    /** A q35 of 4 GiB: option ROMs in RAM, a hole below 4 GiB, memory shared with a device. */
    private static final String Q35 =
            """
            FlatView #0
             AS "cpu-smm-0", root: memory
             Root memory region: memory
              0000000000000000-00000000000bffff (prio 0, ram): pc.ram
              0000000000100000-000000007fffffff (prio 0, ram): pc.ram @0000000000100000

            FlatView #1
             AS "memory", root: system
             AS "cpu-memory-0", root: system
             AS "ich9-ahci", root: bus master container
             Root memory region: system
              0000000000000000-000000000009ffff (prio 0, ram): pc.ram KVM
              00000000000a0000-00000000000affff (prio 2, ram): vga.chain4 KVM
              00000000000c0000-00000000000c9fff (prio 0, rom): pc.ram @00000000000c0000 KVM
              00000000000ca000-00000000000ccfff (prio 0, ram): pc.ram @00000000000ca000 KVM
              00000000000cd000-00000000000fffff (prio 0, rom): pc.ram @00000000000cd000 KVM
              0000000000100000-000000007fffffff (prio 0, ram): pc.ram @0000000000100000 KVM
              00000000fc000000-00000000fcffffff (prio 1, ram): vga.vram KVM
              00000000fd000000-00000000fdffffff (prio 1, ram): shm KVM
              00000000fed1c000-00000000fed1ffff (prio 1, i/o): lpc-rcrb-mmio
              00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios KVM
              0000000100000000-000000017fffffff (prio 0, ram): pc.ram @0000000080000000 KVM

            """;

    @Test
    void oneBackendBelowAndAboveAHole() {
        List<RamBlock> expected =
                List.of(
                        new RamBlock(0, 0xa0000, "pc.ram", 0),
                        new RamBlock(0xc0000, 2 * GIB - 0xc0000, "pc.ram", 0xc0000),
                        new RamBlock(4 * GIB, 2 * GIB, "pc.ram", 2 * GIB));
        assertEquals(
                expected,
                MemoryTree.mainMemory(
                        Q35,
                        Map.of("pc.ram", 4 * GIB, "shm", 16 * MIB),
                        List.of(new MemoryTree.Span(0xfd000000L, 0xfe000000L))));
        // As before QEMU 5.0, where the machine's own memory was no backend.
        assertEquals(expected, read(Q35, Map.of()));
    }

    /** Two NUMA nodes of a machine virt-4.0, which names its blocks by their path. */
    @Test
    void aBackendForEachNode() {
        String text =
                """
                FlatView #0
                 AS "memory", root: system
                 Root memory region: system
                  0000000040000000-000000004fffffff (prio 0, ram): /objects/m0
                  0000000050000000-000000005fffffff (prio 0, ram): m1 owner:{obj path=/objects/m1}
                  0000000060000000-000000006fffffff (prio 0, nv-ram): nvdimm0
                  0000000070000000-000000007fffffff (prio 0, ramd): 0000:00:02.0 BAR 2 mmaps[0]
                """;
        assertEquals(
                List.of(
                        new RamBlock(0x4000_0000L, 256 * MIB, "m0", 0),
                        new RamBlock(0x5000_0000L, 256 * MIB, "m1", 0)),
                read(text, Map.of("m0", 256 * MIB, "m1", 256 * MIB, "nvdimm0", 256 * MIB)));
    }

    private static String view(String... lines) {
        return "FlatView #0\n AS \"memory\", root: system\n  " + String.join("\n  ", lines) + "\n";
    }

    @Test
    void nonsenseIsRefused() {
        Map<String, Long> ram = Map.of("ram", GIB);
        for (String text :
                List.of(
                        "",
                        view(),
                        view("0000000040000000-000000005fffffff (prio 0, ram): other"),
                        view("0000000040000000-000000005ffffff0 (prio 0, ram): ram"),
                        view("0000000050000000-0000000040000fff (prio 0, ram): ram"),
                        view("0000000000000000-ffffffffffffffff (prio 0, ram): ram"),
                        view("0000000040000000-000000009fffffff (prio 0, ram): ram"),
                        view(
                                "0000000040000000-0000000040ffffff (prio 0, ram): ram"
                                        + " @ffffffffff000000"),
                        view(
                                "0000000040000000-0000000040ffffff (prio 0, ram): ram",
                                "0000000040800000-00000000417fffff (prio 0, ram): ram"))) {
            assertThrows(UserError.class, () -> read(text, ram), text);
        }
    }
}
