package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.PageChange;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestIdentity;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A diff as one JSON object: what was compared, counts, and all changes, one a line. */
public final class DiffJson {
    private DiffJson() {}

    /** Prints it. */
    public static void print(
            Difference difference,
            List<GraphNode.Check> checks,
            PrintWriter out,
            Terminal terminal) {
        JsonText json = new JsonText(out, terminal);
        out.print('{');
        head(difference, checks)
                .forEach(
                        (key, value) -> {
                            out.print("\n\"" + key + "\": ");
                            json.value(value);
                            out.print(',');
                        });
        out.print("\n\"changes\": [");
        boolean[] first = {true};
        DiffRows.each(
                difference,
                row -> {
                    out.print(first[0] ? "\n" : ",\n");
                    first[0] = false;
                    json.object(DiffRows.COLUMNS, row);
                });
        out.println(first[0] ? "]}" : "\n]}");
        out.flush();
    }

    private static Map<String, Object> head(Difference difference, List<GraphNode.Check> checks) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("before", side(difference.before()));
        head.put("after", side(difference.after()));
        head.put("kinship", difference.kinship().words());
        head.put("notices", difference.notices());
        head.put("page_size", difference.pageSize());
        head.put("contents_compared", difference.contents());
        Map<String, Object> counts = new LinkedHashMap<>();
        difference
                .tallies()
                .forEach(
                        (label, tally) -> {
                            Map<String, Object> of = new LinkedHashMap<>();
                            of.put("before", tally.before());
                            of.put("after", tally.after());
                            of.put("added", tally.added());
                            of.put("removed", tally.removed());
                            of.put("changed", tally.changed());
                            counts.put(label, of);
                        });
        head.put("counts", counts);
        head.put("pages", pages(difference.processes()));
        head.put("kernel_pages", pages(difference.kernel()));
        if (!checks.isEmpty()) {
            head.put(
                    "checks",
                    checks.stream()
                            .map(check -> dev.tablewalk.graph.PropertyMap.of(check::describe))
                            .toList());
        }
        return head;
    }

    private static Map<String, Object> side(GraphNode.Checkpoint checkpoint) {
        Map<String, Object> side = new LinkedHashMap<>();
        side.put("checkpoint", checkpoint.name());
        GuestIdentity identity = checkpoint.identity();
        side.put("guest", identity.guest());
        side.put("captured", identity.capturedAt() == 0 ? "" : Moments.at(identity.capturedAt()));
        side.put("boot_id", identity.bootId());
        side.put("kernel_release", checkpoint.kernelRelease());
        side.put("image", checkpoint.image());
        return side;
    }

    private static Map<String, Object> pages(List<SpaceChange> spaces) {
        Map<String, Object> pages = new LinkedHashMap<>();
        for (PageChange.Kind kind : PageChange.Kind.values()) {
            long sum =
                    spaces.stream()
                            .mapToLong(space -> space.pageCounts().getOrDefault(kind, 0L))
                            .sum();
            if (sum > 0) {
                pages.put(kind.text(), sum);
            }
        }
        return pages;
    }
}
