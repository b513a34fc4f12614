package dev.tablewalk.cypher.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of each moment of a series, its checkpoint there or not.
 *
 * @param number from 1, larger than those of moments before it
 * @param captured when the guest was stopped, by this machine's clock
 * @param kernel its release as the guest says it: any text
 * @param times what it took
 * @param checkpointBytes of the checkpoint's files when it was loaded
 * @param changesBytes of the file that tells what changed since the moment before; 0 if there is
 *     none
 * @param nodes how many, by label; a node with two labels counts in both
 * @param relationships how many, by type
 * @param counts what else was counted, by the names that the checkpoint's properties {@code
 *     count_…} have
 * @param anomalies how many, by kind
 * @param violations rows, by the id of the constraint; those that found none are left out
 * @param unanswered ids of constraints that could not be asked to their end
 */
public record Moment(
        long number,
        Instant captured,
        String kernel,
        Times times,
        long checkpointBytes,
        long changesBytes,
        Map<String, Long> nodes,
        Map<String, Long> relationships,
        Map<String, Long> counts,
        Map<String, Long> anomalies,
        Map<String, Long> violations,
        List<String> unanswered) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a moment took, in milliseconds.
     *
     * @param standstill of the guest
     * @param capture the standstill included
     * @param diff 0 if there was nothing to compare it with
     */
    public record Times(double standstill, long capture, long ingest, long check, long diff) {}

    /** Maps are kept in the order of their keys. */
    public Moment {
        nodes = sorted(nodes);
        relationships = sorted(relationships);
        counts = sorted(counts);
        anomalies = sorted(anomalies);
        violations = sorted(violations);
        unanswered = List.copyOf(unanswered);
    }

    private static Map<String, Long> sorted(Map<String, Long> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /**
     * Constraints that found more rows than at the moment before, and by how many.
     *
     * @param before null if there is none: then all that it found came
     */
    public Map<String, Long> came(@Nullable Moment before) {
        return before == null ? violations : more(before, this);
    }

    /** Constraints that found fewer rows than at the moment before, and by how many. */
    public Map<String, Long> went(@Nullable Moment before) {
        return before == null ? Map.of() : more(this, before);
    }

    private static Map<String, Long> more(Moment one, Moment other) {
        Map<String, Long> more = new TreeMap<>();
        other.violations.forEach(
                (id, rows) -> {
                    long by = rows - one.violations.getOrDefault(id, 0L);
                    if (by > 0) {
                        more.put(id, by);
                    }
                });
        // Of what was not asked at one of them nothing is known.
        more.keySet().removeAll(new TreeSet<>(one.unanswered));
        more.keySet().removeAll(new TreeSet<>(other.unanswered));
        return more;
    }

    /** How long its line is in the file of moments, in bytes. */
    public long lineBytes() {
        return line().length;
    }

    /** As a line of a file. */
    byte[] line() {
        ObjectNode root = JSON.createObjectNode();
        root.put("number", number);
        root.put("captured", captured.toString());
        root.put("kernel", kernel);
        root.put("standstill_ms", times.standstill);
        root.put("capture_ms", times.capture);
        root.put("ingest_ms", times.ingest);
        root.put("check_ms", times.check);
        root.put("diff_ms", times.diff);
        root.put("checkpoint_bytes", checkpointBytes);
        root.put("changes_bytes", changesBytes);
        root.set("nodes", JSON.valueToTree(nodes));
        root.set("relationships", JSON.valueToTree(relationships));
        root.set("counts", JSON.valueToTree(counts));
        root.set("anomalies", JSON.valueToTree(anomalies));
        root.set("violations", JSON.valueToTree(violations));
        root.set("unanswered", JSON.valueToTree(unanswered));
        return (root + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads such a line; null if it is none, as of a write that was cut short. */
    static @Nullable Moment parse(String line) {
        try {
            JsonNode root = JSON.readTree(line);
            return new Moment(
                    root.required("number").asLong(),
                    Instant.parse(root.required("captured").asText()),
                    root.required("kernel").asText(),
                    new Times(
                            root.required("standstill_ms").asDouble(),
                            root.required("capture_ms").asLong(),
                            root.required("ingest_ms").asLong(),
                            root.required("check_ms").asLong(),
                            root.required("diff_ms").asLong()),
                    root.required("checkpoint_bytes").asLong(),
                    root.required("changes_bytes").asLong(),
                    counts(root.required("nodes")),
                    counts(root.required("relationships")),
                    counts(root.required("counts")),
                    counts(root.required("anomalies")),
                    counts(root.required("violations")),
                    root.required("unanswered").valueStream().map(JsonNode::asText).toList());
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, Long> counts(JsonNode object) {
        Map<String, Long> counts = new TreeMap<>();
        object.properties().forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return counts;
    }
}
