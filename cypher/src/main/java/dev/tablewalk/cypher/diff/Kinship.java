package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.NodeLabel;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How two checkpoints are related, which decides what can be told apart and what cannot. */
public enum Kinship {
    /** Two moments of one boot of one guest. */
    SAME_BOOT("two moments of one boot"),
    /** One kernel, booted twice, or in two guests. */
    OTHER_BOOT("two boots of one kernel"),
    /** Two kernels. */
    OTHER_KERNEL("two kernels"),
    /** Two kernels whose pages or tables are not alike. */
    OTHER_LAYOUT("two kernels with page tables of different shape");

    private final String words;

    Kinship(String words) {
        this.words = words;
    }

    /** In a few words. */
    public String words() {
        return words;
    }

    /** Whether tasks keep their start times, and addresses their meaning. */
    boolean isSameBoot() {
        return this == SAME_BOOT;
    }

    static Kinship of(Side before, Side after) {
        GraphNode.Checkpoint one = before.checkpoint();
        GraphNode.Checkpoint other = after.checkpoint();
        if (!one.arch().equals(other.arch())
                || one.pageSize() != other.pageSize()
                || one.levels() != other.levels()
                || one.vaBits() != other.vaBits()) {
            return OTHER_LAYOUT;
        }
        if (!one.kernelBuildId().equals(other.kernelBuildId())
                || !one.kernelVersion().equals(other.kernelVersion())) {
            return OTHER_KERNEL;
        }
        return one.kaslrOffset() == other.kaslrOffset() && sameTasks(before, after)
                ? SAME_BOOT
                : OTHER_BOOT;
    }

    /**
     * Kernel threads live as long as the kernel runs, all but workers: most that the one has the
     * other must have. Where there are none, any task will do.
     */
    private static boolean sameTasks(Side before, Side after) {
        for (boolean kthreads : List.of(true, false)) {
            Set<String> one = births(before, kthreads);
            Set<String> other = births(after, kthreads);
            int fewer = Math.min(one.size(), other.size());
            one.retainAll(other);
            if (fewer > 0) {
                return one.size() * 2 >= (kthreads ? fewer : 1);
            }
        }
        return true;
    }

    private static boolean named(GraphNode.Checkpoint checkpoint) {
        GuestIdentity identity = checkpoint.identity();
        return !identity.guest().isEmpty() && !identity.guestFrom().equals("boot_id");
    }

    private static Set<String> births(Side side, boolean kthreads) {
        Set<String> births = new HashSet<>();
        for (int each : side.all(NodeLabel.TASK)) {
            GraphNode.Task task = side.node(each, GraphNode.Task.class);
            if (task.kthread() == kthreads && !task.idle()) {
                births.add(task.pid() + "@" + task.startTime());
            }
        }
        return births;
    }

    /** What cannot be told, and why: to be said before anything else. */
    List<String> notices(Side before, Side after) {
        GraphNode.Checkpoint one = before.checkpoint();
        GraphNode.Checkpoint other = after.checkpoint();
        List<String> notices = new ArrayList<>();
        one.identity()
                .until(other.identity())
                .filter(Duration::isNegative)
                .ifPresent(
                        apart ->
                                notices.add(
                                        "%s was taken before %s, by %s s: what is told as added may have gone, and the other way round"
                                                .formatted(
                                                        other.name(),
                                                        one.name(),
                                                        BigDecimal.valueOf(-apart.toMillis(), 3))));
        if (named(one)
                && named(other)
                && !one.identity().guest().equals(other.identity().guest())) {
            notices.add(
                    "these are two guests: "
                            + one.identity().guest()
                            + " and "
                            + other.identity().guest());
        }
        switch (this) {
            case SAME_BOOT -> {}
            case OTHER_BOOT -> notices.add("these are two boots of " + one.kernelRelease());
            case OTHER_KERNEL ->
                    notices.add(
                            "these are two kernels: "
                                    + one.kernelRelease()
                                    + " and "
                                    + other.kernelRelease());
            case OTHER_LAYOUT ->
                    notices.add(
                            "these are two kernels with page tables of different shape: "
                                    + shape(one)
                                    + " and "
                                    + shape(other)
                                    + "; pages are counted in the smaller of both sizes");
        }
        if (!isSameBoot()) {
            notices.add(
                    "tasks are matched by name and order, as no start time means the same in both;"
                            + " what has the same address in both need not be the same thing");
            if (one.kaslrOffset() != other.kaslrOffset()) {
                notices.add(
                        "the kernels lie at different addresses (KASLR, "
                                + Hex.of(one.kaslrOffset())
                                + " and "
                                + Hex.of(other.kaslrOffset())
                                + "): their memory is compared region by region");
            }
        }
        return notices;
    }

    private static String shape(GraphNode.Checkpoint checkpoint) {
        return checkpoint.kernelRelease()
                + " ("
                + (checkpoint.pageSize() >> 10)
                + " KiB pages, "
                + checkpoint.vaBits()
                + " bits of VA, "
                + checkpoint.levels()
                + " levels)";
    }
}
