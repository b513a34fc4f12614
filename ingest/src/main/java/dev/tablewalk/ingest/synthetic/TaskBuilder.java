package dev.tablewalk.ingest.synthetic;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A task, and what hangs from it. */
public final class TaskBuilder {
    private final GuestImageBuilder guest;
    final int pid;
    final int tgid;
    final int parent;
    final String name;
    final boolean kthread;
    String state = "S";
    int uid;
    long startTime;
    long execId = 1;
    @Nullable MmBuilder mm;
    PidNamespace namespace;

    /**
     * A pid namespace.
     *
     * @param number tells it from others; 0 of the first
     * @param parent null of the first
     */
    record PidNamespace(int number, int level, @Nullable PidNamespace parent) {
        static final PidNamespace INIT = new PidNamespace(0, 0, null);
    }

    TaskBuilder(
            GuestImageBuilder guest, int pid, int tgid, int parent, String name, boolean kthread) {
        this.guest = guest;
        this.pid = pid;
        this.tgid = tgid;
        this.parent = parent;
        this.name = name;
        this.kthread = kthread;
        this.startTime = 1_000_000_000L + 10_000_000L * pid;
        TaskBuilder creator = guest.tasks.get(pid == tgid ? parent : tgid);
        this.namespace = creator == null ? PidNamespace.INIT : creator.namespace;
    }

    /**
     * It is the first of a new pid namespace inside its parent's, as of a container; its threads
     * and children are in it too. To be said before they are.
     */
    public TaskBuilder newPidNamespace() {
        namespace = guest.pidNamespaceIn(namespace);
        return this;
    }

    /** Its address space. */
    public TaskBuilder mm(Consumer<MmBuilder> content) {
        if (mm == null) {
            mm = new MmBuilder(guest, pid);
        }
        content.accept(mm);
        return this;
    }

    /** It shares the address space of a task made before, as after {@code clone(CLONE_VM)}. */
    public TaskBuilder sharesMmOf(int otherPid) {
        mm = guest.task(otherPid).mm;
        return this;
    }

    /** Another thread of this process. */
    public TaskBuilder thread(int tid, String comm) {
        TaskBuilder thread = guest.add(tid, pid, parent, comm, false);
        thread.mm = mm;
        thread.uid = uid;
        return this;
    }

    /** A child process. */
    public TaskBuilder child(int childPid, String comm, Consumer<TaskBuilder> content) {
        TaskBuilder child = guest.add(childPid, childPid, pid, comm, false);
        child.uid = uid;
        content.accept(child);
        return this;
    }

    /** Real, effective, saved and filesystem user id. */
    public TaskBuilder uid(int id) {
        uid = id;
        return this;
    }

    /** One letter as {@code ps} prints it: R, S, D, T, I or Z. */
    public TaskBuilder state(String letter) {
        state = letter;
        return this;
    }

    /** {@code self_exec_id}: how often it, or who it was forked from, has executed a program. */
    public TaskBuilder execId(long id) {
        execId = id;
        return this;
    }

    /** Nanoseconds of the guest's monotonic clock. */
    public TaskBuilder startTime(long nanoseconds) {
        startTime = nanoseconds;
        return this;
    }
}
