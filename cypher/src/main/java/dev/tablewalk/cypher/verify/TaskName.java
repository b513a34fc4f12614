package dev.tablewalk.cypher.verify;

/** How {@code /proc/PID/comm} names a task: proc_task_name of the kernel's fs/proc/array.c. */
final class TaskName {
    /** PF_WQ_WORKER of include/linux/sched.h. */
    private static final long WORKER = 0x20;

    private TaskName() {}

    /**
     * Whether the truth's comm is the task's. A workqueue's worker is shown with its latest work
     * behind it, {@code +} while it runs and {@code -} after, which the graph does not keep; and by
     * its comm, whose 15 bytes may cut its name, before wq_worker_comm of kernel/workqueue.c came
     * to format a rescuer's name too. A name may hold a line feed: a collector writes it as {@code
     * \n}, or only what is before the first.
     */
    static boolean matches(GraphFacts.Task task, String truth) {
        if (truth.equals(oneLine(task.name())) || truth.equals(firstLine(task.name()))) {
            return true;
        }
        return (task.flags() & WORKER) != 0
                && (isWorker(truth, task.name()) || isWorker(truth, task.comm()));
    }

    private static boolean isWorker(String truth, String name) {
        return truth.equals(name) || truth.startsWith(name + "+") || truth.startsWith(name + "-");
    }

    private static String oneLine(String name) {
        return name.replace("\n", "\\n");
    }

    private static String firstLine(String name) {
        int lineFeed = name.indexOf('\n');
        return lineFeed < 0 ? name : name.substring(0, lineFeed);
    }
}
