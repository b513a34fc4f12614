package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.picture.FrameMap;
import dev.tablewalk.cypher.picture.FrameReader;
import dev.tablewalk.graph.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a page tells of a guest besides its check.
 *
 * @param anomalies how many of each kind, the most frequent first
 */
public record PageFacts(FrameMap frames, Map<String, Long> anomalies) {
    private static final String ANOMALIES =
            "MATCH (a:Anomaly) RETURN a.kind AS kind, count(*) AS n ORDER BY n DESC, kind";

    /** Asks a checkpoint. */
    public static PageFacts read(Checkpoint checkpoint, Progress progress) {
        FrameMap frames = FrameReader.map(checkpoint, progress);
        Map<String, Long> anomalies = new LinkedHashMap<>();
        try (Rows rows = checkpoint.query(ANOMALIES, Map.of())) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                anomalies.put(String.valueOf(row.get(0)), row.get(1) instanceof Long n ? n : 0L);
            }
        }
        return new PageFacts(frames, anomalies);
    }
}
