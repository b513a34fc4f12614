package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The moments of a series as columns, for a chart: all values of one kind in a list, in the order
 * of the moments.
 */
public final class MomentColumns {
    private MomentColumns() {}

    /**
     * As a JSON object. {@code counts} has a list for each label, type and so on, with 0 where a
     * moment has none; {@code violations} and {@code unanswered} tell only of moments that have
     * some: {@code {id: [[index, rows], …]}}, {@code {id: [index, …]}}.
     *
     * @param most how many of the last moments; {@code left_off} are those before
     * @throws dev.tablewalk.graph.UserError if they cannot be read
     */
    public static Map<String, Object> json(Series series, int most) {
        List<Moment> all = series.moments();
        List<Moment> moments = all.subList(Math.max(0, all.size() - most), all.size());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("series", series.prefix());
        json.put("left_off", all.size() - moments.size());
        json.put("number", column(moments, Moment::number));
        json.put("captured_ms", column(moments, moment -> moment.captured().toEpochMilli()));
        json.put("whole", column(moments, series::isWhole));
        json.put("kernel", column(moments, Moment::kernel));
        json.put("standstill_ms", column(moments, moment -> moment.times().standstill()));
        json.put("capture_ms", column(moments, moment -> moment.times().capture()));
        json.put("ingest_ms", column(moments, moment -> moment.times().ingest()));
        json.put("check_ms", column(moments, moment -> moment.times().check()));
        json.put("diff_ms", column(moments, moment -> moment.times().diff()));
        json.put("checkpoint_bytes", column(moments, Moment::checkpointBytes));
        json.put("changes_bytes", column(moments, Moment::changesBytes));
        json.put("nodes", counts(moments, Moment::nodes));
        json.put("relationships", counts(moments, Moment::relationships));
        json.put("counts", counts(moments, Moment::counts));
        json.put("anomalies", counts(moments, Moment::anomalies));
        json.put("violations", violations(moments));
        json.put("unanswered", unanswered(moments));
        return json;
    }

    private static <T> List<T> column(List<Moment> moments, Function<Moment, T> value) {
        return moments.stream().map(value).toList();
    }

    private static Map<String, List<Long>> counts(
            List<Moment> moments, Function<Moment, Map<String, Long>> of) {
        Map<String, List<Long>> counts = new TreeMap<>();
        for (Moment moment : moments) {
            of.apply(moment).keySet().forEach(key -> counts.put(key, List.of()));
        }
        counts.replaceAll(
                (key, none) -> column(moments, moment -> of.apply(moment).getOrDefault(key, 0L)));
        return counts;
    }

    private static Map<String, List<List<Long>>> violations(List<Moment> moments) {
        Map<String, List<List<Long>>> violations = new TreeMap<>();
        for (int i = 0; i < moments.size(); i++) {
            long at = i;
            moments.get(i)
                    .violations()
                    .forEach(
                            (id, rows) ->
                                    violations
                                            .computeIfAbsent(id, key -> new ArrayList<>())
                                            .add(List.of(at, rows)));
        }
        return violations;
    }

    private static Map<String, List<Integer>> unanswered(List<Moment> moments) {
        Map<String, List<Integer>> unanswered = new TreeMap<>();
        for (int i = 0; i < moments.size(); i++) {
            for (String id : moments.get(i).unanswered()) {
                unanswered.computeIfAbsent(id, key -> new ArrayList<>()).add(i);
            }
        }
        return unanswered;
    }
}
