package dev.tablewalk.cypher.verify;

/** How {@code /proc/PID/comm} names a task: proc_task_name of the kernel's fs/proc/array.c. */
final class TaskName {
    /** PF_WQ_WORKER of include/linux/sched.h. */
    private static final long WORKER = 0x20;

    private TaskName() {}

    /**
     * Whether the truth's comm is the task's. A workqueue's worker is shown with its latest work
     * behind it, {@code +} while it runs and {@code -} after (wq_worker_comm of
     * kernel/workqueue.c), which the graph does not keep. A name may hold a line feed: a collector
     * writes it as {@code \n}, or only what is before the first.
     */
    static boolean matches(GraphFacts.Task task, String comm) {
        String name = task.name();
        int lineFeed = name.indexOf('\n');
        if (lineFeed >= 0) {
            return comm.equals(name.replace("\n", "\\n"))
                    || comm.equals(name.substring(0, lineFeed));
        }
        return comm.equals(name)
                || ((task.flags() & WORKER) != 0
                        && (comm.startsWith(name + "+") || comm.startsWith(name + "-")));
    }
}
