package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a virtual address of a task is translated: the rows of {@code tw.walk}.
 *
 * @param pageSize of the guest, in bytes
 * @param steps a row a level
 */
public record Walk(
        long va, long pageSize, List<String> columns, List<List<@Nullable Object>> steps) {
    private static final String QUESTION =
            "CALL tw.walk($pid, $va)"
                    + " YIELD step, level, table_pa, index, descriptor, kind, pa, attributes"
                    + " RETURN step, level, table_pa, index, descriptor, kind, pa, attributes"
                    + " ORDER BY step";

    /** Keeps a copy of the lists. */
    public Walk {
        columns = List.copyOf(columns);
        steps = Collections.unmodifiableList(new ArrayList<>(steps));
    }

    /**
     * Asks a checkpoint.
     *
     * @param pid of the process, or of any of its threads
     * @throws dev.tablewalk.graph.UserError if there is no such task, or it was stopped
     */
    public static Walk ask(Checkpoint checkpoint, long pid, long va, QueryStop stop) {
        long pageSize =
                checkpoint.info().properties().get("page_size") instanceof Long size ? size : 4096;
        List<List<@Nullable Object>> steps = new ArrayList<>();
        try (Rows rows = checkpoint.query(QUESTION, Map.of("pid", pid, "va", va), stop)) {
            rows.forEachRemaining(steps::add);
            return new Walk(va, pageSize, rows.columns(), steps);
        }
    }

    /** For people: a line a level, then where it ends. */
    public void print(PrintWriter out, Terminal terminal) {
        WalkReport.print(
                va, pageSize, steps.stream().map(WalkReport.Step::of).toList(), out, terminal);
    }
}
