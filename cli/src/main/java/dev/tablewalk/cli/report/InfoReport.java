package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.Hex;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a checkpoint is of and how much is in it, for people and for programs. */
public final class InfoReport {
    private InfoReport() {}

    /** As a JSON object. */
    public static Map<String, Object> json(CheckpointInfo info) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("name", info.name());
        report.put("created", info.created().toString());
        report.put("schema_version", info.schemaVersion());
        report.put("size_bytes", info.sizeBytes());
        report.put("properties", info.properties());
        report.put("nodes", info.nodes());
        report.put("relationships", info.relationships());
        return report;
    }

    /** As a table. */
    public static void print(CheckpointInfo info, PrintWriter out, Terminal terminal) {
        try (RowWriter rows = RowFormat.TABLE.write(List.of("property", "value"), out, terminal)) {
            rows.row(List.of("name", info.name()));
            rows.row(List.of("created", info.created().toString()));
            rows.row(List.of("size", Quantity.bytes(info.sizeBytes())));
            rows.row(List.of("schema version", info.schemaVersion()));
            info.properties()
                    .forEach(
                            (key, value) -> {
                                if (!key.equals("name")) {
                                    rows.row(List.of(key, shown(key, value)));
                                }
                            });
            info.nodes().forEach((label, n) -> rows.row(List.of(":" + label, n)));
            info.relationships().forEach((type, n) -> rows.row(List.of("[:" + type + "]", n)));
        }
    }

    private static Object shown(String key, Object value) {
        if (!(value instanceof Long number)) {
            return value;
        }
        return switch (key) {
            case "kaslr_offset" -> Hex.of(number);
            case "captured_at" -> Moments.at(number);
            default -> value;
        };
    }
}
