package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.TaskViolations;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a lost page leaves of a struct contradicts itself, and is told of that struct alone. */
class TornStructsTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    /** Changes a sound guest. */
    private interface Change {
        void to(WrittenGuest guest) throws IOException;
    }

    private WrittenGuest write(KernelEra era) throws IOException {
        GuestImageBuilder guest = GuestImageBuilder.guest(G4K).era(era);
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process",
                    t -> t.uid(7).mm(mm -> mm.vma(VA, VA + 0x4000, "rw-p").page(VA)));
        }
        return guest.kernelThread(2, "kthreadd").zombie(9, "gone").write(folder.resolve("g.raw"));
    }

    private ReadGuest read(
            KernelEra era, ToLongFunction<WrittenGuest> about, Change change, String... told)
            throws IOException {
        WrittenGuest guest = write(era);
        change.to(guest);
        ReadGuest read = ReadGuest.of(guest);
        long address = about.applyAsLong(guest);
        List<GraphNode.Anomaly> all = read.all(GraphNode.Anomaly.class);
        assertEquals(
                List.of(told),
                all.stream()
                        .filter(a -> a.address() == address)
                        .map(a -> a.kind() + ": " + a.detail())
                        .toList());
        assertEquals(told.length, all.size(), all::toString);
        return read;
    }

    private static long task(WrittenGuest guest) {
        return guest.task(30).address();
    }

    private static long mm(WrittenGuest guest) {
        return guest.mm(30).address();
    }

    @ParameterizedTest
    @EnumSource
    void anAddressSpaceThatNobodyUses(KernelEra era) throws IOException {
        String told = "torn_mm: a task has it, and it has 0 users";
        ReadGuest read =
                read(
                        era,
                        TornStructsTest::mm,
                        guest -> {
                            long at = guest.member(mm(guest), "mm_struct", "mm_users");
                            new Damage(guest).putU32(guest.physical(at), 0);
                        },
                        told);
        assertTrue(
                String.valueOf(read.graph.checkpoint().found().get("moment"))
                        .contains(", 1 structs that contradict themselves"));
    }

    @ParameterizedTest
    @EnumSource
    void anAddressSpaceThatNoProcessCanHave(KernelEra era) throws IOException {
        assertMmTold(era, "pgd", 0, "no root table");
        assertMmTold(era, "start_stack", 0, "no stack");
        assertMmTold(era, "brk", -1L << 40, "a stack or heap outside its own size");
    }

    private void assertMmTold(KernelEra era, String member, long value, String what)
            throws IOException {
        read(
                era,
                TornStructsTest::mm,
                guest -> new Damage(guest).member(mm(guest), "mm_struct", member, value),
                "torn_mm: a task has it, and it has " + what);
    }

    @ParameterizedTest
    @EnumSource
    void aProcessWithoutAnAddressSpace(KernelEra era) throws IOException {
        String told = "torn_task: it is no kernel thread and has not ended, and has no mm";
        read(era, TornStructsTest::task, guest -> new TaskViolations(guest).takeMm(30), told);
    }

    @ParameterizedTest
    @EnumSource
    void aTaskThatNothingRefersTo(KernelEra era) throws IOException {
        String told = "torn_task: 0 references to it";
        read(
                era,
                TornStructsTest::task,
                guest -> new TaskViolations(guest).dropReferences(30),
                told);
    }

    @ParameterizedTest
    @EnumSource
    void credentialsOfNobody(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        Damage damage = new Damage(guest);
        long at = guest.physical(guest.member(task(guest), "task_struct", "real_cred"));
        long cred = damage.u64(at);
        damage.putU32(guest.physical(guest.member(cred, "cred", "usage")), 0);
        ReadGuest read = ReadGuest.of(guest);
        List<GraphNode.Anomaly> all = read.all(GraphNode.Anomaly.class);
        assertEquals(1, all.size(), all::toString);
        assertEquals("torn_task", all.getFirst().kind());
        assertEquals(task(guest), all.getFirst().address());
        for (GraphNode.Task task : read.all(GraphNode.Task.class)) {
            if (task.pid() == 30 || task.pid() == 31) {
                assertEquals(task.pid() == 30 ? -1 : 7, task.uid());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPidThatIsNotItsOwn(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        Damage damage = new Damage(guest);
        long at = guest.physical(guest.member(task(guest), "task_struct", "thread_pid"));
        long pid = damage.u64(at);
        damage.put(guest.physical(pid), ByteBuffer.allocate(96));
        List<GraphNode.Anomaly> all = ReadGuest.of(guest).all(GraphNode.Anomaly.class);
        assertTrue(
                all.stream()
                        .anyMatch(
                                a ->
                                        a.kind().equals("pid_unreadable")
                                                && a.address() == pid
                                                && a.detail().startsWith("pid 30: ")),
                all::toString);
    }

    @Test
    void typesThatAreThereAndDamaged() throws IOException {
        WrittenGuest guest = write(KernelEra.LINUX_6_12);
        Path image = folder.resolve("g.raw");
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(image)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < all.capacity(); i += 4) {
            if (all.getInt(i) == 0x0001eb9f) {
                new Damage(guest).put(guest.ramBase() + i, ByteBuffer.allocate(24));
            }
        }
        UserError e = assertThrows(UserError.class, () -> ReadGuest.of(guest));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("there is BTF, but it is damaged"), message);
        assertTrue(message.contains("--isf"), message);
    }
}
