package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.CheckpointInfo;
import java.util.Arrays;
import java.util.List;

/** What a list of checkpoints says of each. */
public final class CheckpointRows {
    /** What is said. */
    public static final List<String> COLUMNS =
            List.of(
                    "name",
                    "guest",
                    "captured",
                    "kernel",
                    "arch",
                    "created",
                    "size",
                    "tasks",
                    "tables",
                    "anomalies");

    private CheckpointRows() {}

    /**
     * One checkpoint, by {@link #COLUMNS}.
     *
     * @param size as it is to be said
     */
    public static List<Object> row(CheckpointInfo checkpoint, Object size) {
        Object damaged = checkpoint.properties().get("damaged");
        return Arrays.asList(
                checkpoint.name(),
                checkpoint.properties().getOrDefault("guest", ""),
                Moments.captured(checkpoint.properties()),
                damaged != null
                        ? "damaged: " + damaged
                        : checkpoint.properties().getOrDefault("kernel_release", ""),
                checkpoint.properties().getOrDefault("arch", ""),
                checkpoint.created().toString(),
                size,
                checkpoint.nodes().getOrDefault("Task", 0L),
                checkpoint.nodes().getOrDefault("PageTable", 0L),
                checkpoint.nodes().getOrDefault("Anomaly", 0L));
    }
}
