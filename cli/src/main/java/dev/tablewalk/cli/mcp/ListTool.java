package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.report.CheckpointRows;
import dev.tablewalk.cypher.CheckpointInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the checkpoints. */
final class ListTool extends Tool {
    private static final int MOST = 1000;

    private final OpenCheckpoints checkpoints;

    ListTool(OpenCheckpoints checkpoints) {
        super(
                "list",
                "Checkpoints",
                "Lists the checkpoints that can be asked: their names, which other tools take,"
                    + " whose RAM each is and when it was taken, the kernel, and how many tasks,"
                    + " page tables and anomalies are in it. Call this first. diff is true of a"
                    + " checkpoint that has both sides of a comparison of two. "
                        + UNTRUSTED,
                new Shape(),
                Fitting.shape("checkpoints", "A checkpoint each; size is in bytes."));
        this.checkpoints = checkpoints;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        Fitting rows = new Fitting(MOST);
        checkpoints.list().forEach(checkpoint -> rows.add(() -> row(checkpoint)));
        return rows.answer("checkpoints", true);
    }

    private static Map<String, Object> row(CheckpointInfo checkpoint) {
        Map<String, Object> row = new LinkedHashMap<>();
        List<Object> values = CheckpointRows.row(checkpoint, checkpoint.sizeBytes());
        for (int i = 0; i < values.size(); i++) {
            row.put(CheckpointRows.COLUMNS.get(i), values.get(i));
        }
        row.put("diff", checkpoint.isDiff());
        return row;
    }
}
