package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.btf.BtfType;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.isf.IsfReader;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import dev.tablewalk.ingest.types.Field;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** What a real kernel's BTF says, a symbol file made of it says too. */
class IsfRoundTripIT {
    /** Each costs BTF a pass over all types. */
    private static final int ENOUGH = 3_000;

    @TempDir Path folder;

    private Isf exported(LabGuest guest) throws IOException {
        Path file = folder.resolve("kernel.json");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            new IsfExport(
                            new ImageSource(List.of(guest.image(1)), Path.of("target"), List.of()),
                            "",
                            "0.1.0")
                    .write(out, Progress.NONE);
        }
        return IsfReader.read(file);
    }

    /** Where it lies and what it is, without the number that only BTF has. */
    private static Field plain(Field field) {
        return new Field(
                field.offset(),
                field.size(),
                field.bitShift(),
                field.bitSize(),
                field.elements(),
                0);
    }

    @LabGuestTest({"lab", "x86-6.12"})
    void allMembersOfAllStructsAreTheSame(LabGuest guest) throws IOException {
        Isf isf = exported(guest);
        try (Image image = Image.openRaw(guest.image(1))) {
            Kernel kernel = new KernelFinder(image, List.of(), Progress.NONE).find();
            Btf btf = (Btf) kernel.types();
            int members = 0;
            Set<String> enumerators = new HashSet<>();
            Set<String> seen = new HashSet<>();
            for (int id = 1; id < btf.end(); id++) {
                switch (btf.type(id)) {
                    case BtfType.Aggregate a
                            when a.size() > 0 && !a.name().isEmpty() && seen.add(a.name()) -> {
                        assertEquals(btf.structSize(a.name()), isf.structSize(a.name()), a.name());
                        members += same(btf, isf, a.name(), a);
                    }
                    case BtfType.Enumeration e when enumerators.size() < ENOUGH -> {
                        for (BtfType.Enumerator each : e.enumerators()) {
                            assertEquals(
                                    btf.enumerator(each.name()),
                                    isf.enumerator(each.name()),
                                    each.name());
                            enumerators.add(each.name());
                        }
                    }
                    default -> {}
                }
            }
            assertTrue(enumerators.size() >= ENOUGH, "hardly an enumerator: " + enumerators);
            assertTrue(members > 40_000, "hardly a member: " + members);
        }
    }

    private static int same(Btf btf, Isf isf, String struct, BtfType.Aggregate part) {
        int members = 0;
        for (BtfType.Member member : part.members()) {
            if (!member.name().isEmpty()) {
                assertEquals(
                        btf.member(struct, member.name()).map(IsfRoundTripIT::plain),
                        isf.member(struct, member.name()),
                        () -> struct + "." + member.name());
                members++;
            } else if (btf.type(member.type()) instanceof BtfType.Aggregate inner) {
                members += same(btf, isf, struct, inner);
            }
        }
        return members;
    }

    /**
     * The two shifts, as {@code volatility3/framework/automagic/linux.py} computes them: of virtual
     * addresses by what {@code init_task.files} holds, of physical ones by where {@code init_task}
     * lies. With them, the root table is at the physical address where it is.
     */
    @LabGuestTest
    void theKernelsShiftsFollowFromItsSymbols(LabGuest guest) throws IOException {
        Isf isf = exported(guest);
        try (Image image = Image.openRaw(guest.image(1))) {
            Kernel kernel = new KernelFinder(image, List.of(), Progress.NONE).find();
            long initTask = isf.address("init_task").orElseThrow();
            Field files = isf.member("task_struct", "files").orElseThrow();
            long virtual =
                    kernel.memory().pointer(kernel.initTask(), files)
                            - isf.address("init_files").orElseThrow();
            long physical = kernel.memory().pa(kernel.initTask()) - initTask;
            assertEquals(0, virtual & 0xfff);
            assertEquals(0, physical & 0xfff);
            assertEquals(kernel.info().kaslrOffset(), virtual);
            assertEquals(kernel.initTask(), initTask + virtual);
            assertEquals(
                    kernel.map().rootPa(), isf.address("swapper_pg_dir").orElseThrow() + physical);
            long banner = isf.address("linux_banner").orElseThrow() + virtual;
            assertEquals(isf.banner(), kernel.memory().text(banner, 1024));
            assertTrue(isf.banner().startsWith("Linux version " + kernel.release() + " "));
        }
    }

    @LabGuestTest("arm64-6.1")
    void theSameKernelGivesTheSameFile(LabGuest guest) throws IOException {
        exported(guest);
        byte[] first = Files.readAllBytes(folder.resolve("kernel.json"));
        exported(guest);
        assertEquals(-1, Files.mismatch(folder.resolve("kernel.json"), file(first)));
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("first.json"), bytes);
    }
}
