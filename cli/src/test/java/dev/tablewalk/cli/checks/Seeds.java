package dev.tablewalk.cli.checks;

import dev.tablewalk.cli.checks.Seed.Ground;
import dev.tablewalk.cli.checks.Seed.Planting;
import dev.tablewalk.cli.checks.SeededGuest.Places;
import dev.tablewalk.ingest.synthetic.Arm64Geometry;
import dev.tablewalk.ingest.synthetic.FrameUse;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import dev.tablewalk.ingest.synthetic.TableLimit;
import dev.tablewalk.ingest.synthetic.VmaBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import dev.tablewalk.ingest.synthetic.X86Geometry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** At least one violation for each constraint that comes with tablewalk. */
public final class Seeds {
    /** A physical address below RAM. */
    private static final long REGISTERS = 0x1000_0000;

    private Seeds() {}

    /** All that such a kernel can have. None disturbs another in the same guest. */
    public static List<Seed> all(Geometry geometry) {
        List<Seed> all = new ArrayList<>();
        all.addAll(trees());
        all.addAll(frames());
        all.addAll(permissions());
        all.addAll(
                switch (geometry) {
                    case Arm64Geometry _ -> ofArm64();
                    case X86Geometry _ -> ofX86();
                });
        all.addAll(ProcessSeeds.tasks());
        all.addAll(ProcessSeeds.vmas());
        return all;
    }

    /** Done to a process like the others. */
    static Seed edit(String constraint, String column, Planting planting) {
        return edit(constraint, column, SeededGuest::process, planting);
    }

    static Seed edit(String constraint, String column, Ground ground, Planting planting) {
        return new Seed(constraint, column, ground, planting, List.of());
    }

    /** An edit of something that a process has, which is told by its pid. */
    interface Edit {
        void run(SeededGuest in, Places at, int pid) throws IOException;
    }

    static Seed toProcess(String constraint, Edit edit) {
        return toProcess(constraint, SeededGuest::process, edit);
    }

    static Seed toProcess(String constraint, Ground ground, Edit edit) {
        return edit(
                constraint,
                "pid",
                ground,
                (in, at, pid) -> {
                    edit.run(in, at, pid);
                    return (long) pid;
                });
    }

    /** What a process does itself; nobody has to change its memory. */
    static Seed built(String constraint, String column, More more, Planting where) {
        Ground ground =
                (guest, at, pid) ->
                        SeededGuest.process(
                                guest, at, pid, mm -> more.add(mm, at, guest.allocate()));
        return edit(constraint, column, ground, where);
    }

    /** What a process has beyond what all have. */
    interface More {
        void add(MmBuilder mm, Places at, long pfn);
    }

    static Object itself(SeededGuest in, Places at, int pid) {
        return (long) pid;
    }

    private static Object lastTable(SeededGuest in, Places at, int pid) {
        return in.lastTable(pid, at.data()).pa();
    }

    static Object thirdOfText(SeededGuest in, Places at, int pid) {
        return in.leaf(pid, at.text() + 2 * at.page).pa();
    }

    static Object atUnused(SeededGuest in, Places at, int pid) {
        return in.leaf(pid, at.unused()).pa();
    }

    private static Object firstPage(SeededGuest in, Places at, int pid) {
        return in.leaf(pid, at.data()).pa();
    }

    /** Where tables lie, and what they point to. */
    private static List<Seed> trees() {
        return List.of(
                edit("orphan_tables", "pa", (in, at, pid) -> in.tables.orphanTable(pid, at.data())),
                edit(
                        "table_cycles",
                        "table_pa",
                        (in, at, pid) -> {
                            in.damage.tableToItself(in.root(pid), 2, at.withoutTable());
                            return in.guest.table(in.root(pid), 2, at.withoutTable()).pa();
                        }),
                edit(
                        "tables_outside_ram",
                        "table_pa",
                        (in, at, pid) -> {
                            in.damage.tableOutsideRam(in.root(pid), 2, at.withoutTable());
                            return in.guest.table(in.root(pid), 2, at.withoutTable()).pa();
                        }),
                edit(
                                "leaves_outside_ram",
                                "table_pa",
                                (in, at, pid) -> in.tables.leafOutsideRam(pid, at.data()).table())
                        .also("mapcounts", Seeds::firstPage),
                edit(
                        "reserved_descriptors",
                        "table_pa",
                        (in, at, pid) -> {
                            in.damage.entry(
                                    in.root(pid),
                                    3,
                                    at.unused(),
                                    at.geometry.descriptors().reserved());
                            return in.lastTable(pid, at.unused()).pa();
                        }),
                edit(
                                "shared_user_tables",
                                "pa",
                                Seeds::twoThatDiffer,
                                (in, at, pid) ->
                                        in.tables.shareTable(pid, pid + 1, at.withoutTable()).pa())
                        .also("pgtables_bytes", (_, _, pid) -> pid + 1L)
                        .also("rss_counters", (_, _, pid) -> pid + 1L),
                edit("shared_kernel_tables", "pa", (in, _, _) -> in.tables.kernelTableTwice().pa()),
                edit(
                                "kernel_tables_under_user_roots",
                                "pa",
                                (in, at, pid) ->
                                        in.tables
                                                .kernelTableInUserTree(pid, 2, at.withoutTable())
                                                .pa())
                        .also("shared_user_tables", (in, _, _) -> in.linearTable(0).pa())
                        .also("pages_outside_vmas", Seeds::itself)
                        .also("pgtables_bytes", Seeds::itself)
                        .also("rss_counters", Seeds::itself),
                toProcess("pgtables_bytes", (in, at, pid) -> in.mms.addTableBytes(pid, at.page)),
                toProcess(
                        "pgtables_bytes",
                        Seeds::hugePagesOfZeroDevice,
                        (in, at, pid) -> in.mms.addTableBytes(pid, -at.page)));
    }

    /** Two processes, of which the second has a VMA and no table where the first has pages. */
    private static void twoThatDiffer(GuestImageBuilder guest, Places at, int pid) {
        long va = at.withoutTable();
        SeededGuest.process(guest, at, pid, mm -> mm.vma(va, va + at.page, "rw-p").page(va));
        SeededGuest.process(guest, at, pid + 1, mm -> mm.vma(va, va + at.page, "rw-p"));
    }

    /** Anonymous memory to the kernel, though a file is behind it. */
    private static void hugePagesOfZeroDevice(GuestImageBuilder guest, Places at, int pid) {
        long va = at.huge();
        SeededGuest.process(
                guest,
                at,
                pid,
                mm ->
                        mm.vma(va, va + 2 * at.block(), "rw-p", "/dev/zero", VmaBuilder::anonymous)
                                .block(2, va)
                                .hugeZero(va + at.block()));
    }

    private static void writesToHugeZero(GuestImageBuilder guest, Places at, int pid) {
        long va = at.huge();
        SeededGuest.process(
                guest,
                at,
                pid,
                mm -> mm.vma(va, va + at.block(), "rw-p").hugeZero(va, LeafFlag.WRITABLE));
    }

    /** A block of the kernel's that a process may only read, and that is not zero. */
    private static void readsBlockOfKernel(GuestImageBuilder guest, Places at, int pid) {
        long va = at.huge();
        long pfn = guest.kernelBlock();
        SeededGuest.process(
                guest,
                at,
                pid,
                mm -> mm.vma(va, va + at.block(), "r--p", "/lib/data").block(2, va, pfn));
    }

    private static Object firstOfHuge(SeededGuest in, Places at, int pid) {
        return in.leaf(pid, at.huge()).pa();
    }

    /** What {@code struct page} says of tables and pages. */
    private static List<Seed> frames() {
        return List.of(
                edit(
                        "unmarked_user_tables",
                        "pa",
                        (in, at, pid) -> {
                            Table table = in.lastTable(pid, at.data());
                            in.tables.unmark(table);
                            return table.pa();
                        }),
                edit(
                        "unmarked_kernel_tables",
                        "pa",
                        (guest, _, _) -> guest.marksKernelTables(),
                        (in, _, _) -> {
                            Table table = in.linearTable(1);
                            in.tables.unmark(table);
                            return table.pa();
                        }),
                edit(
                                "tables_in_wrong_frames",
                                "pa",
                                (in, at, pid) -> {
                                    in.tables.say(
                                            in.lastTable(pid, at.data()).pa(), FrameUse.BUDDY);
                                    return lastTable(in, at, pid);
                                })
                        .also("unmarked_user_tables", Seeds::lastTable),
                // Only roots come from a slab.
                edit(
                                "tables_in_wrong_frames",
                                "pa",
                                (in, at, pid) -> {
                                    in.tables.say(in.lastTable(pid, at.data()).pa(), FrameUse.SLAB);
                                    return lastTable(in, at, pid);
                                })
                        .also("unmarked_user_tables", Seeds::lastTable),
                edit(
                                "tables_mapped_to_user",
                                "table_pa",
                                (in, at, pid) ->
                                        in.tables
                                                .mapTable(
                                                        pid,
                                                        at.data(),
                                                        in.lastTable(pid, at.data()))
                                                .pa())
                        .also("mapcounts", Seeds::firstPage),
                edit(
                        "kernel_memory_mapped_to_user",
                        "pa",
                        (in, at, pid) -> {
                            in.tables.say(in.leaf(pid, at.data()).pa(), FrameUse.SLAB);
                            return firstPage(in, at, pid);
                        }),
                edit(
                        "mapcounts",
                        "pa",
                        (in, at, pid) -> {
                            Leaf page = in.leaf(pid, at.data());
                            in.tables.addMappings(page.pa(), 1);
                            return page.pa();
                        }),
                // A special entry in a VMA that no driver maps frames in.
                built(
                        "mapcounts",
                        "pa",
                        (mm, at, pfn) ->
                                mm.vma(at.unused(), at.unused() + at.page, "rw-s", "/dev/shm/seen")
                                        .page(at.unused(), pfn, LeafFlag.WRITABLE)
                                        .vma(
                                                at.unused() + at.page,
                                                at.unused() + 2 * at.page,
                                                "rw-s",
                                                "/dev/shm/other")
                                        .page(
                                                at.unused() + at.page,
                                                pfn,
                                                LeafFlag.WRITABLE,
                                                LeafFlag.SPECIAL),
                        Seeds::atUnused));
    }

    private static List<Seed> ofArm64() {
        return List.of(
                userAccess(), kernelExecutable(LeafFlag.EXECUTABLE, LeafFlag.KERNEL_EXECUTABLE));
    }

    private static List<Seed> ofX86() {
        return List.of(
                // All levels have to let user mode in.
                userAccess()
                        .also(
                                "table_limits_contradicted",
                                (in, _, _) -> in.tables.userAccessToKernel().pa()),
                // What user mode may execute SMEP keeps the kernel from.
                kernelExecutable(LeafFlag.KERNEL, LeafFlag.KERNEL_EXECUTABLE)
                        .also("entries_tighter_than_vma", Seeds::thirdOfText),
                toProcess(
                        "kernel_half_differs", (in, _, pid) -> in.tables.kernelHalfOfItsOwn(pid)));
    }

    private static Seed userAccess() {
        return edit(
                "kernel_half_user_access", "va", (in, _, _) -> in.tables.userAccessToKernel().va());
    }

    private static Seed kernelExecutable(LeafFlag... flags) {
        return built(
                        "user_pages_kernel_executable",
                        "pa",
                        (mm, at, pfn) -> mm.page(at.text() + 2 * at.page, pfn, flags),
                        Seeds::thirdOfText)
                .also("table_limits_contradicted", Seeds::thirdOfText);
    }

    private static List<Seed> permissions() {
        return List.of(
                edit(
                        "kernel_pages_in_vmas",
                        "pa",
                        (in, at, pid) -> {
                            in.tables.say(in.leaf(pid, at.data()).pa(), FrameUse.OTHER);
                            return firstPage(in, at, pid);
                        }),
                edit("kernel_pages_in_vmas", "pa", Seeds::writesToHugeZero, Seeds::firstOfHuge),
                edit(
                        "kernel_pages_in_vmas",
                        "pa",
                        Seeds::readsBlockOfKernel,
                        (in, at, pid) -> {
                            long pa = in.leaf(pid, at.huge()).pa();
                            in.damage.putU64(pa + at.block() - 8, 1);
                            return pa;
                        }),
                // Just as well where a file's page cache fills the VMA, not a driver.
                built(
                        "kernel_pages_in_vmas",
                        "pa",
                        (mm, at, _) ->
                                mm.vma(at.unused(), at.unused() + at.page, "rw-s", "/lib/data")
                                        .page(at.unused()),
                        (in, at, pid) -> {
                            long pa = in.leaf(pid, at.unused()).pa();
                            in.tables.say(pa, FrameUse.OTHER);
                            return pa;
                        }),
                // A driver may hand out pages of the kernel, and no registers without marking that.
                built(
                                "kernel_pages_in_vmas",
                                "pa",
                                (mm, at, _) ->
                                        mm.vma(
                                                        at.unused(),
                                                        at.unused() + at.page,
                                                        "rw-s",
                                                        "/dev/registers",
                                                        VmaBuilder::driver)
                                                .page(
                                                        at.unused(),
                                                        REGISTERS / at.page,
                                                        LeafFlag.WRITABLE,
                                                        LeafFlag.DEVICE),
                                Seeds::atUnused)
                        // Nobody's memory, and yet an entry that stands for a page.
                        .also("rss_counters", Seeds::itself),
                edit(
                                "kernel_executes_user_frames",
                                "va",
                                (in, at, pid) ->
                                        in.tables
                                                .executableInLinearMap(in.leaf(pid, at.data()).pa())
                                                .va())
                        // The process that has a table of the linear map has this page in it.
                        .also("user_pages_kernel_executable", Seeds::firstPage)
                        .also("table_limits_contradicted", Seeds::firstPage),
                edit(
                        "entry_root_exposes_kernel",
                        "pa",
                        (in, at, pid) ->
                                in.tables.mapInTrampoline(in.leaf(pid, at.data()).pa()).pa()),
                edit(
                        "kernel_text_writable",
                        "alias_va",
                        (in, _, _) -> in.tables.textWritableInLinearMap().va()),
                edit(
                        "kernel_writable_executable",
                        "va",
                        (in, _, _) -> in.tables.kernelWritableAndExecutable().va()),
                edit(
                        "table_limits_contradicted",
                        "pa",
                        (in, at, pid) -> {
                            in.tables.limit(in.root(pid), 2, at.data(), TableLimit.READ_ONLY);
                            return firstPage(in, at, pid);
                        }),
                built(
                        "user_writable_executable",
                        "pa",
                        (mm, at, _) ->
                                mm.vma(at.unused(), at.unused() + at.page, "rwxp", "/lib/jit.so")
                                        .page(at.unused()),
                        Seeds::atUnused));
    }
}
