package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks are what a kernel makes of them, in every way that leads to them. */
class WrittenTasksTest {
    @TempDir Path folder;

    private WrittenGuest write(KernelEra era) throws IOException {
        return GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                .era(era)
                .cpus(2)
                .task(
                        1,
                        "init",
                        init -> {
                            init.mm(mm -> mm.vma(0x1000, 0x2000, "r-xp", "/sbin/init").page(0x1000))
                                    .thread(70, "init-w");
                            init.child(
                                    200,
                                    "container",
                                    c ->
                                            c.newPidNamespace()
                                                    .mm(mm -> mm.page(0x1000))
                                                    .thread(201, "worker")
                                                    .child(5000, "inner", _ -> {}));
                        })
                .kernelThread(2, "kthreadd")
                .kernelThread(9, "kworker/0:0")
                .zombie(300, "gone")
                .freedTask(301, "freed")
                .mmWithoutTask(mm -> mm.vma(0x5000, 0x6000, "rw-p").page(0x5000))
                .write(folder.resolve("guest.raw"));
    }

    /** Pointers in an XArray by index. */
    static Map<Integer, Long> xarray(RawImage image, WrittenGuest guest, long array)
            throws IOException {
        Map<Integer, Long> found = new TreeMap<>();
        xarray(image, guest, image.member(array, "xarray", "xa_head"), 0, found);
        return found;
    }

    private static void xarray(
            RawImage image, WrittenGuest guest, long entry, int index, Map<Integer, Long> found)
            throws IOException {
        if ((entry & 3) != 2) {
            if (entry != 0) {
                found.put(index, entry);
            }
            return;
        }
        long node = entry - 2;
        int shift = image.kernelU32(node) & 0xff;
        for (int i = 0; i < 64; i++) {
            long slot = image.kernelU64(guest.member(node, "xa_node", "slots") + 8L * i);
            xarray(image, guest, slot, index + (i << shift), found);
        }
    }

    private static Map<Integer, Long> idr(RawImage image, WrittenGuest guest, long namespace)
            throws IOException {
        long idr = guest.member(namespace, "pid_namespace", "idr");
        return xarray(image, guest, guest.member(idr, "idr", "idr_rt"));
    }

    /** The task that a {@code struct pid} is of. */
    private static long taskOf(RawImage image, WrittenGuest guest, long pid) throws IOException {
        long links = guest.member(0, "task_struct", "pid_links");
        return image.kernelU64(guest.member(pid, "pid", "tasks")) - links;
    }

    @ParameterizedTest
    @EnumSource
    void aTaskHasWhatEveryTaskHas(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        Set<Long> stacks = new HashSet<>();
        try (RawImage image = new RawImage(guest)) {
            for (WrittenGuest.Task task : guest.tasks()) {
                long at = task.address();
                assertTrue(image.kernelU32(guest.member(at, "task_struct", "usage")) >= 1);
                assertEquals(120, image.kernelU32(guest.member(at, "task_struct", "static_prio")));
                long stack = image.member(at, "task_struct", "stack");
                if (task.state().equals("Z")) {
                    assertEquals(0, stack);
                    continue;
                }
                assertEquals(0, stack & 0x3fff, task::comm);
                for (long page = stack; page < stack + 0x4000; page += 0x1000) {
                    assertTrue(stacks.add(image.translate(page)), task::comm);
                }
                assertEquals(0x57ac_6e9dL, image.kernelU64(stack));
                for (String pointer :
                        List.of("signal", "sighand", "cred", "real_cred", "thread_pid")) {
                    image.translate(image.member(at, "task_struct", pointer));
                }
                for (String shared : List.of("signal", "sighand")) {
                    if (task.pid() != 0) {
                        long leader = guest.task(task.tgid()).address();
                        assertEquals(
                                image.member(leader, "task_struct", shared),
                                image.member(at, "task_struct", shared));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pidsLeadToTasksInEveryNamespace(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        try (RawImage image = new RawImage(guest)) {
            long init = guest.symbols().getOrDefault("init_pid_ns", 0L);
            Map<Integer, Long> pids = idr(image, guest, init);
            assertEquals(List.of(1, 2, 9, 70, 200, 201, 300, 5000), new ArrayList<>(pids.keySet()));
            for (Map.Entry<Integer, Long> each : pids.entrySet()) {
                long task = taskOf(image, guest, each.getValue());
                assertEquals(guest.task(each.getKey()).address(), task);
                assertEquals(each.getValue(), image.member(task, "task_struct", "thread_pid"));
            }
            long inner = pids.getOrDefault(5000, 0L);
            assertEquals(1, image.kernelU32(guest.member(inner, "pid", "level")));
            long second = guest.member(inner, "pid", "numbers") + guest.size("upid");
            assertEquals(3, image.kernelU32(second));
            long nested = image.kernelU64(guest.member(second, "upid", "ns"));
            assertEquals(init, image.member(nested, "pid_namespace", "parent"));
            Map<Integer, Long> own = idr(image, guest, nested);
            assertEquals(List.of(1, 2, 3), new ArrayList<>(own.keySet()));
            assertEquals(inner, own.get(3));
            assertEquals(
                    guest.task(200).address(),
                    image.member(nested, "pid_namespace", "child_reaper"));
            long proxy = image.member(guest.task(200).address(), "task_struct", "nsproxy");
            assertEquals(nested, image.member(proxy, "nsproxy", "pid_ns_for_children"));
        }
    }

    @Test
    void whatWasFreedIsInNoList() throws IOException {
        WrittenGuest guest = write(KernelEra.LINUX_6_12);
        assertEquals(1, guest.freedTasks().size());
        try (RawImage image = new RawImage(guest)) {
            long freed = guest.freedTasks().getFirst();
            assertEquals("freed", image.text(guest.member(freed, "task_struct", "comm"), 16));
            assertEquals(301, image.kernelU32(guest.member(freed, "task_struct", "pid")));
            assertEquals(0, image.kernelU32(guest.member(freed, "task_struct", "usage")));
            assertEquals(0, image.member(freed, "task_struct", "stack"));
            long tasks = guest.member(0, "task_struct", "tasks");
            List<Long> listed = image.list(guest.task(0).address() + tasks, tasks);
            assertTrue(listed.contains(guest.task(1).address()) && !listed.contains(freed));
        }
    }

    @Test
    void anMmWithoutATaskIsAnMmLikeOthers() throws IOException {
        WrittenGuest guest = write(KernelEra.LINUX_6_12);
        WrittenGuest.Mm mm = guest.mms().getLast();
        assertTrue(guest.tasks().stream().noneMatch(t -> t.mm() == mm.address()));
        try (RawImage image = new RawImage(guest)) {
            assertEquals(1, image.walk(mm.root()).size());
            long users = guest.member(mm.address(), "mm_struct", "mm_users");
            assertEquals(1, image.kernelU32(users));
            assertEquals(0, image.member(mm.address(), "mm_struct", "owner"));
            long one = guest.mm(1).address();
            assertEquals(guest.task(1).address(), image.member(one, "mm_struct", "owner"));
            assertNotEquals(0, image.member(one, "mm_struct", "exe_file"));
        }
    }
}
