package dev.tablewalk.cli.report;

import dev.tablewalk.graph.GraphNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** When RAM was taken, and how far apart two moments are, in words. */
public final class Moments {
    private static final int MANY = 2;

    private Moments() {}

    /** Of a Checkpoint's properties: ISO 8601, UTC; empty if it is not known. */
    public static String captured(Map<String, Object> properties) {
        return properties.get("captured_at") instanceof Long millis ? at(millis) : "";
    }

    /** Milliseconds since 1970, as ISO 8601 has them. */
    public static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** Such as {@code 12.3 s apart}; empty if it is not known. */
    public static String apart(GraphNode.Checkpoint before, GraphNode.Checkpoint after) {
        return before.identity()
                .until(after.identity())
                .map(apart -> span(apart.abs()) + " apart")
                .orElse("");
    }

    private static String span(Duration span) {
        if (span.toDays() >= MANY) {
            return span.toDays() + " days";
        }
        if (span.toHours() >= MANY) {
            return span.toHours() + " h";
        }
        if (span.toMinutes() >= MANY) {
            return span.toMinutes() + " min";
        }
        return String.format(Locale.ROOT, "%.1f s", span.toMillis() / 1000.0);
    }
}
