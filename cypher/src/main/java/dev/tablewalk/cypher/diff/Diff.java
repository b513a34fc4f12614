package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of two checkpoints. Nodes are matched by what they are ({@link Counterparts}),
 * what their address spaces map is compared run by run ({@link SpaceComparison}).
 */
public final class Diff {
    private static final int NONE = -1;

    /** Of which a diff tells one by one what became of them. */
    private static final Set<NodeLabel> TOLD =
            EnumSet.of(NodeLabel.CPU, NodeLabel.FILE, NodeLabel.REGION, NodeLabel.ANOMALY);

    private static final List<NodeLabel> COUNTED =
            List.of(
                    NodeLabel.TASK,
                    NodeLabel.MM_STRUCT,
                    NodeLabel.VMA,
                    NodeLabel.FILE,
                    NodeLabel.PAGE_TABLE,
                    NodeLabel.REGION,
                    NodeLabel.CPU,
                    NodeLabel.ANOMALY);

    private final Side before;
    private final Side after;
    private final Kinship kinship;
    private final Counterparts counterparts;
    private final @Nullable ContentChanges contents;
    private final SpaceComparison spaces;
    private final List<SpaceChange> processes;

    private Diff(GuestGraph before, GuestGraph after) {
        this.before = new Side(before);
        this.after = new Side(after);
        this.kinship = Kinship.of(this.before, this.after);
        this.counterparts = Counterparts.find(this.before, this.after, kinship);
        this.contents = ContentChanges.of(before.frameHashes(), after.frameHashes());
        this.spaces = new SpaceComparison(this.before, this.after, counterparts, kinship, contents);
        this.processes = spaces.processes();
    }

    /**
     * Compares two graphs, of checkpoints or fresh from an image; contents too, where both know
     * them. Takes memory for both and time for their nodes and relationships; not for pages.
     *
     * @throws UserError if one of them is itself a diff
     */
    public static Diff of(GuestGraph before, GuestGraph after, Progress progress) {
        progress.stage("compare", 0);
        return new Diff(before, after);
    }

    /** What differs. */
    public Difference difference() {
        List<String> notices = new ArrayList<>(kinship.notices(before, after));
        Map<String, Difference.Tally> tallies = tallies();
        if (!kinship.isSameBoot()) {
            tallies.forEach(
                    (label, tally) -> {
                        if (tally.removed() + tally.added() > 0) {
                            notices.add(
                                    label
                                            + ": "
                                            + tally.removed()
                                            + " of "
                                            + tally.before()
                                            + " before and "
                                            + tally.added()
                                            + " of "
                                            + tally.after()
                                            + " after have no counterpart");
                        }
                    });
        }
        return new Difference(
                before.checkpoint(),
                after.checkpoint(),
                kinship,
                List.copyOf(notices),
                Math.min(before.pageSize(), after.pageSize()),
                contents != null,
                tallies,
                tasks(),
                processes,
                spaces.kernel(),
                nodes());
    }

    /**
     * Both sides as one graph, in which all that differs says so.
     *
     * @param name of the checkpoint that it will be
     * @param checks what constraints came to on both sides; none if they were not asked
     * @throws UserError if pages are not of one size on both sides
     */
    public GuestGraph graph(String name, List<GraphNode.Check> checks) {
        return MergedGraph.of(
                name, before, after, counterparts, contents, spaces.written(), checks);
    }

    private Map<String, Difference.Tally> tallies() {
        Map<String, Difference.Tally> tallies = new LinkedHashMap<>();
        for (NodeLabel label : COUNTED) {
            List<Integer> ones = before.all(label);
            List<Integer> others = after.all(label);
            int removed = 0;
            int changed = 0;
            for (int each : ones) {
                int other = counterparts.matching().afterOf(each);
                if (other == NONE) {
                    removed++;
                } else if (!before.node(each).equals(after.node(other))) {
                    changed++;
                }
            }
            int matched = ones.size() - removed;
            tallies.put(
                    label.text(),
                    new Difference.Tally(
                            ones.size(), others.size(), others.size() - matched, removed, changed));
        }
        return tallies;
    }

    private List<TaskChange> tasks() {
        List<TaskChange> changes = new ArrayList<>();
        for (int each : before.all(NodeLabel.TASK)) {
            task(each, counterparts.matching().afterOf(each), changes);
        }
        for (int each : after.all(NodeLabel.TASK)) {
            if (counterparts.matching().beforeOf(each) == NONE) {
                task(NONE, each, changes);
            }
        }
        changes.sort(Comparator.comparingInt(change -> change.task().pid()));
        return List.copyOf(changes);
    }

    private void task(int task, int counterpart, List<TaskChange> changes) {
        GraphNode.Task was = task == NONE ? null : before.node(task, GraphNode.Task.class);
        GraphNode.Task is =
                counterpart == NONE ? null : after.node(counterpart, GraphNode.Task.class);
        int parent = task == NONE ? NONE : before.parentOf(task);
        int itsParent = counterpart == NONE ? NONE : after.parentOf(counterpart);
        boolean both = was != null && is != null;
        boolean reparented =
                both
                        && (parent == NONE ? NONE : counterparts.matching().afterOf(parent))
                                != itsParent;
        boolean executed =
                both
                        && before.mmOf(task) != NONE
                        && after.mmOf(counterpart) != NONE
                        && counterparts.wasLeftByExec(before.mmOf(task))
                        && counterparts.wasMadeByExec(after.mmOf(counterpart));
        NodeChange<GraphNode.Task> change = NodeChange.of(was, is);
        if (change == null && reparented) {
            change = new NodeChange<>(Fate.CHANGED, Objects.requireNonNull(is), Map.of(), Map.of());
        }
        if (change != null) {
            changes.add(
                    new TaskChange(
                            change,
                            parent == NONE ? null : before.node(parent, GraphNode.Task.class).pid(),
                            itsParent == NONE
                                    ? null
                                    : after.node(itsParent, GraphNode.Task.class).pid(),
                            reparented,
                            executed));
        }
    }

    /** Files, regions, anomalies, and tables that no walk reached on either side. */
    private List<NodeChange<?>> nodes() {
        List<NodeChange<?>> changes = new ArrayList<>();
        for (int each = 0; each < before.count(); each++) {
            GraphNode was = before.node(each);
            int other = counterparts.matching().afterOf(each);
            GraphNode is = other == NONE ? null : after.node(other);
            if (isTold(was)) {
                add(NodeChange.of(was, is), changes);
            }
        }
        for (int each = 0; each < after.count(); each++) {
            if (isTold(after.node(each)) && counterparts.matching().beforeOf(each) == NONE) {
                add(NodeChange.of(null, after.node(each)), changes);
            }
        }
        return List.copyOf(changes);
    }

    private static boolean isTold(GraphNode node) {
        return TOLD.contains(node.label())
                || (node instanceof GraphNode.PageTable table && table.va() == null);
    }

    private static void add(@Nullable NodeChange<?> change, List<NodeChange<?>> changes) {
        if (change != null) {
            changes.add(change);
        }
    }
}
