package dev.tablewalk.ingest.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Plants into a written image, which is sound, what checks of tasks look for: one inconsistency
 * each, all else left as it was. The image is changed in place; the truth is not.
 *
 * <p>Two processes on one address space need no edit: {@link TaskBuilder#sharesMmOf}.
 */
public final class TaskViolations {
    private static final int XA_INTERNAL = 2;
    private static final int EXIT_ZOMBIE = 0x20;
    private static final int PF_KTHREAD = 0x0020_0000;
    private static final int XA_CHUNK_MASK = 63;

    private final WrittenGuest guest;
    private final Damage image;

    public TaskViolations(WrittenGuest guest) {
        this.guest = guest;
        this.image = new Damage(guest);
    }

    /** Takes a task off the list of all tasks, as who hides a process does. */
    public void unlinkFromTasks(int pid) throws IOException {
        unlink(pid, "tasks");
    }

    /** Takes a process off its parent's list of children. */
    public void unlinkFromChildren(int pid) throws IOException {
        unlink(pid, "sibling");
    }

    /** Takes a thread off its process's list of threads. */
    public void unlinkFromThreads(int tid) throws IOException {
        unlink(tid, "thread_node");
    }

    private void unlink(int pid, String list) throws IOException {
        long node = guest.member(guest.task(pid).address(), "task_struct", list);
        long next = kernelU64(node);
        long previous = kernelU64(node + 8);
        putKernelU64(previous, next);
        putKernelU64(next + 8, previous);
        putKernelU64(node, node);
        putKernelU64(node + 8, node);
    }

    /** Takes a task's {@code struct pid} out of the IDRs of all pid namespaces it is in. */
    public void unlinkFromPids(int pid) throws IOException {
        long task = guest.task(pid).address();
        long structPid = kernelU64(guest.member(task, "task_struct", "thread_pid"));
        int level = kernelU32(guest.member(structPid, "pid", "level"));
        long numbers = guest.member(structPid, "pid", "numbers");
        for (int i = 0; i <= level; i++) {
            long upid = numbers + (long) i * guest.size("upid");
            long namespace = kernelU64(guest.member(upid, "upid", "ns"));
            long idr = guest.member(namespace, "pid_namespace", "idr");
            long array = guest.member(idr, "idr", "idr_rt");
            int number = kernelU32(guest.member(upid, "upid", "nr"));
            putKernelU64(slot(guest.member(array, "xarray", "xa_head"), number), 0);
        }
    }

    /** Address of the pointer that an XArray has at an index. */
    private long slot(long head, int index) throws IOException {
        long at = head;
        for (long entry = kernelU64(at); (entry & 3) == XA_INTERNAL; entry = kernelU64(at)) {
            long node = entry - XA_INTERNAL;
            int shift = kernelU32(node) & 0xff;
            at = guest.member(node, "xa_node", "slots") + 8L * (index >>> shift & XA_CHUNK_MASK);
        }
        return at;
    }

    /** Takes a process's address space away, though it is no kernel thread. */
    public void takeMm(int pid) throws IOException {
        image.member(guest.task(pid).address(), "task_struct", "mm", 0);
        image.member(guest.task(pid).address(), "task_struct", "active_mm", 0);
    }

    /** Makes a task say that nothing refers to it, as one that was freed does. */
    public void dropReferences(int pid) throws IOException {
        long at = guest.member(guest.task(pid).address(), "task_struct", "usage");
        image.putU32(guest.physical(at), 0);
    }

    /** Gives a task the stack of another. */
    public void takeStackOf(int other, int pid) throws IOException {
        long stack = kernelU64(guest.member(guest.task(other).address(), "task_struct", "stack"));
        putKernelU64(guest.member(guest.task(pid).address(), "task_struct", "stack"), stack);
    }

    /** Makes a task's credentials say that nobody has them. */
    public void dropCredentials(int pid) throws IOException {
        long cred = kernelU64(guest.member(guest.task(pid).address(), "task_struct", "real_cred"));
        image.putU32(guest.physical(guest.member(cred, "cred", "usage")), 0);
    }

    /** Makes a task say that it has ended and waits to be collected. */
    public void pretendEnded(int pid) throws IOException {
        putMember(pid, "exit_state", EXIT_ZOMBIE);
    }

    /** Puts the mark of kernel threads, and no other, on a task. */
    public void pretendKernelThread(int pid) throws IOException {
        putMember(pid, "flags", PF_KTHREAD);
    }

    /** Makes a task look like a CPU's idle task. */
    public void pretendIdle(int pid) throws IOException {
        long idle = guest.task(0).address();
        long at = guest.member(guest.task(pid).address(), "task_struct", "sched_class");
        putKernelU64(at, kernelU64(guest.member(idle, "task_struct", "sched_class")));
        putMember(pid, "pid", 0);
        putMember(pid, "tgid", 0);
    }

    private void putMember(int pid, String member, int value) throws IOException {
        long at = guest.member(guest.task(pid).address(), "task_struct", member);
        image.putU32(guest.physical(at), value);
    }

    /** Renames a task, as to a kernel thread's name; 15 bytes at most. */
    public void rename(int pid, String comm) throws IOException {
        long at = guest.member(guest.task(pid).address(), "task_struct", "comm");
        byte[] name = comm.getBytes(StandardCharsets.UTF_8);
        image.put(guest.physical(at), ByteBuffer.allocate(16).put(name).rewind());
    }

    private int kernelU32(long va) throws IOException {
        return image.bytes(guest.physical(va), 4).getInt();
    }

    private long kernelU64(long va) throws IOException {
        return image.u64(guest.physical(va));
    }

    private void putKernelU64(long va, long value) throws IOException {
        image.putU64(guest.physical(va), value);
    }
}
