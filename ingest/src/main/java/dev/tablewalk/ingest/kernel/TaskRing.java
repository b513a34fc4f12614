package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The list of processes, followed from one of them forward, and where that breaks backward, by the
 * kernel's own map. Of a kernel that runs no longer, what the list leads to has been used for
 * something else, sooner or later.
 *
 * @param tasks that are in it, the first included; each neighbour points back
 * @param closed whether it comes back to the first
 * @param addressSpaces that these tasks have and whose root table can be read
 */
record TaskRing(int tasks, boolean closed, int addressSpaces) {
    /** As many tasks as there can be. */
    private static final int MOST = 4 << 20;

    static final TaskRing NONE = new TaskRing(0, false, 0);

    /**
     * @param first {@code init_task}, unless the image lacks it
     */
    static TaskRing of(KernelMemory memory, TypeInfo types, long first) {
        Optional<Field> tasks = types.member("task_struct", "tasks");
        if (tasks.isEmpty()) {
            return NONE;
        }
        int offset = tasks.get().offset();
        Set<Long> seen = new HashSet<>();
        seen.add(first + offset);
        boolean closed = follow(memory, first + offset, 0, seen);
        if (!closed) {
            follow(memory, first + offset, 8, seen);
        }
        Set<Long> mms = new HashSet<>();
        seen.forEach(at -> addressSpace(memory, types, at - offset, mms));
        return new TaskRing(seen.size(), closed, mms.size());
    }

    /**
     * @param link 0 to go by {@code next}, 8 by {@code prev}
     * @return whether it came back to the head
     */
    private static boolean follow(KernelMemory memory, long head, int link, Set<Long> seen) {
        try {
            for (long at = head; seen.size() < MOST; ) {
                long next = memory.address(at + link);
                if (next == head) {
                    return memory.address(head + (8 - link)) == at;
                }
                if (memory.address(next + (8 - link)) != at || !seen.add(next)) {
                    return false;
                }
                at = next;
            }
        } catch (MemoryFault e) {
            return false;
        }
        return false;
    }

    private static void addressSpace(
            KernelMemory memory, TypeInfo types, long task, Set<Long> found) {
        Optional<Field> mm = types.member("task_struct", "mm");
        Optional<Field> pgd = types.member("mm_struct", "pgd");
        if (mm.isEmpty() || pgd.isEmpty()) {
            return;
        }
        try {
            long space = memory.address(task + mm.get().offset());
            if (space != 0 && memory.readable(memory.address(space + pgd.get().offset()), 8)) {
                found.add(space);
            }
        } catch (MemoryFault e) {
            // Not one of this kernel's, or not any more.
            return;
        }
    }

    /**
     * Whether this may be all of a kernel that runs: the whole list, be it of {@code init_task}
     * alone, as long as a kernel boots and has started nothing; or, in an image that is damaged or
     * was taken of a guest that ran, parts of it that lead to address spaces.
     */
    boolean isWhole() {
        return closed || addressSpaces > 0;
    }

    /** 2 if it is closed, 1 if parts of it are there, 0 if nothing is. */
    int rank() {
        return closed ? 2 : isWhole() ? 1 : 0;
    }

    /** What is in it, for people. */
    String text() {
        String what = tasks + (tasks == 1 ? " task" : " tasks") + ", " + addressSpaces + " mms";
        if (closed) {
            return "its task list is whole: " + what;
        }
        return tasks <= 1
                ? "its task list leads nowhere"
                : "its task list breaks off after " + what;
    }
}
