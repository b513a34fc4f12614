package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.CheckpointInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of a checkpoint without opening it, as an object of tablewalk's own shape. */
public final class InfoJson {
    private InfoJson() {}

    /** Its name, its properties and its counts. */
    public static Map<String, Object> of(CheckpointInfo info) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", info.name());
        json.put("created", info.created().toString());
        json.put("schema_version", info.schemaVersion());
        json.put("size_bytes", info.sizeBytes());
        json.put("properties", info.properties());
        json.put("nodes", info.nodes());
        json.put("relationships", info.relationships());
        return json;
    }
}
