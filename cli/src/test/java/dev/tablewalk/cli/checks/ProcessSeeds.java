package dev.tablewalk.cli.checks;

import dev.tablewalk.cli.checks.SeededGuest.Places;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.VmaBuilder;
import java.util.List;

/** Violations for the constraints of tasks and VMAs. */
final class ProcessSeeds {
    private ProcessSeeds() {}

    /** A process that has two VMAs more, with a page between them. */
    private static void twoVmas(GuestImageBuilder guest, Places at, int pid) {
        long va = at.unused();
        SeededGuest.process(
                guest,
                at,
                pid,
                mm ->
                        mm.vma(va, va + at.page, "r--p")
                                .vma(va + 2 * at.page, va + 4 * at.page, "r--p"));
    }

    /** Which lists tasks are in, and what they have. */
    static List<Seed> tasks() {
        return List.of(
                Seeds.toProcess(
                        "children_not_in_list",
                        (in, _, pid) -> {
                            in.tasks.unlinkFromTasks(pid);
                            in.tasks.unlinkFromPids(pid);
                        }),
                Seeds.toProcess(
                        "tasks_not_in_list",
                        (in, _, pid) -> {
                            in.tasks.unlinkFromTasks(pid);
                            in.tasks.unlinkFromChildren(pid);
                        }),
                Seeds.toProcess(
                        "tasks_only_in_memory",
                        (in, _, pid) -> {
                            in.tasks.unlinkFromTasks(pid);
                            in.tasks.unlinkFromChildren(pid);
                            in.tasks.unlinkFromPids(pid);
                        }),
                // An idle task is in a CPU's run queue.
                Seeds.edit(
                        "tasks_only_in_memory",
                        "pid",
                        (in, _, pid) -> {
                            in.tasks.unlinkFromTasks(pid);
                            in.tasks.unlinkFromChildren(pid);
                            in.tasks.unlinkFromPids(pid);
                            in.tasks.pretendIdle(pid);
                            return 0L;
                        }),
                Seeds.toProcess("tasks_without_pid", (in, _, pid) -> in.tasks.unlinkFromPids(pid)),
                Seeds.toProcess(
                        "processes_without_parent",
                        (in, _, pid) -> in.tasks.unlinkFromChildren(pid)),
                Seeds.toProcess(
                        "tasks_not_in_memory_scan", (in, _, pid) -> in.tasks.dropReferences(pid)),
                Seeds.edit(
                        "user_tasks_without_mm",
                        "pid",
                        (guest, at, pid) ->
                                guest.task(
                                        pid,
                                        "process",
                                        t ->
                                                t.mm(mm -> SeededGuest.program(mm, at))
                                                        .thread(pid + 1, "thread")),
                        (in, _, pid) -> {
                            in.tasks.takeMm(pid + 1);
                            return pid + 1L;
                        }),
                Seeds.edit(
                        "mms_without_task",
                        "mm",
                        (guest, at, _) -> guest.mmWithoutTask(mm -> SeededGuest.program(mm, at)),
                        (in, _, _) -> Hex.of(in.guest.mms().getLast().address())),
                Seeds.edit(
                        "several_processes_on_one_mm",
                        "mm",
                        (guest, at, pid) -> {
                            SeededGuest.process(guest, at, pid);
                            guest.task(pid + 1, "other", t -> t.sharesMmOf(pid));
                        },
                        (in, _, pid) -> Hex.of(in.guest.mm(pid).address())),
                Seeds.toProcess("ended_tasks_with_mm", (in, _, pid) -> in.tasks.pretendEnded(pid)),
                Seeds.toProcess(
                        "kernel_threads_with_mm",
                        (in, _, pid) -> in.tasks.pretendKernelThread(pid)),
                Seeds.toProcess(
                        "kernel_names_with_mm",
                        (in, _, pid) -> in.tasks.rename(pid, "kworker/0:9")));
    }

    /** What VMAs and counters say of an address space. */
    static List<Seed> vmas() {
        return List.of(
                Seeds.built(
                        "entries_looser_than_vma",
                        "pa",
                        (mm, at, pfn) ->
                                mm.vma(at.unused(), at.unused() + at.page, "r--p")
                                        .page(at.unused(), pfn, LeafFlag.WRITABLE),
                        Seeds::atUnused),
                Seeds.built(
                        "entries_tighter_than_vma",
                        "pa",
                        (mm, at, pfn) -> mm.page(at.text() + 2 * at.page, pfn, LeafFlag.OLD),
                        Seeds::thirdOfText),
                Seeds.built(
                        "executable_anonymous",
                        "pid",
                        (mm, at, _) -> mm.vma(at.unused(), at.unused() + at.page, "r-xp"),
                        Seeds::itself),
                Seeds.built(
                        "executable_deleted_files",
                        "pid",
                        (mm, at, _) ->
                                mm.vma(
                                        at.unused(),
                                        at.unused() + at.page,
                                        "r-xp",
                                        "/tmp/gone",
                                        VmaBuilder::deleted),
                        Seeds::itself),
                Seeds.toProcess(
                                "overlapping_vmas",
                                ProcessSeeds::twoVmas,
                                (in, _, pid) -> in.mms.overlap(pid, 2))
                        .also("vma_sizes", Seeds::itself),
                Seeds.built(
                        "pages_outside_vmas",
                        "pid",
                        (mm, at, pfn) -> mm.page(at.withoutTable(), pfn, LeafFlag.WRITABLE),
                        Seeds::itself),
                Seeds.built(
                        "pages_outside_vmas",
                        "pid",
                        (mm, at, pfn) -> mm.page(at.unused(), pfn, LeafFlag.WRITABLE),
                        Seeds::itself),
                Seeds.toProcess("rss_counters", (in, _, pid) -> in.mms.addAnonPages(pid, 7)),
                Seeds.toProcess("vma_count", (in, _, pid) -> in.mms.addToMapCount(pid, 1)),
                Seeds.toProcess("vma_sizes", (in, _, pid) -> in.mms.addToTotalVm(pid, 1)));
    }
}
