package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.check.Acceptance;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A check as an object of tablewalk's own shape; numbers stay numbers. */
public final class CheckJson {
    private CheckJson() {}

    /** The whole report. */
    public static Map<String, Object> of(CheckReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("checkpoint", report.checkpoint().name());
        json.put("fail_on", report.failOn().toString());
        json.put("failed", report.isFailed());
        Map<String, Object> counts = new LinkedHashMap<>();
        for (Outcome.State state : Outcome.State.values()) {
            counts.put(state.toString(), report.count(state));
        }
        json.put("counts", counts);
        CheckReport.Baselined baseline = report.baseline();
        if (baseline != null) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("file", baseline.file());
            told.put("accepted", report.accepted());
            told.put("expired", report.expired());
            told.put("stale", baseline.stale().stream().map(AcceptedText::json).toList());
            json.put("baseline", told);
        }
        json.put("constraints", report.outcomes().stream().map(CheckJson::outcome).toList());
        return json;
    }

    /** What one constraint came to. */
    public static Map<String, @Nullable Object> outcome(Outcome outcome) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", outcome.query().id());
        json.put("category", outcome.query().category());
        json.put("title", outcome.query().title());
        json.put("severity", outcome.severity().toString());
        json.put("state", outcome.state().toString());
        json.put("violations", outcome.count());
        json.put("accepted", outcome.accepted().count());
        json.put("seconds", outcome.seconds());
        if (outcome.error() != null) {
            json.put("error", outcome.error());
        }
        json.put("shown", outcome.rows().size());
        json.put("rows", outcome.rows().stream().map(row -> row(outcome.query(), row)).toList());
        if (!outcome.accepted().used().isEmpty()) {
            json.put(
                    "accepted_by",
                    outcome.accepted().used().stream().map(CheckJson::used).toList());
            json.put(
                    "accepted_rows",
                    outcome.accepted().rows().stream()
                            .map(row -> row(outcome.query(), row.values()))
                            .toList());
        }
        return json;
    }

    private static Map<String, @Nullable Object> used(Acceptance.Used used) {
        Map<String, @Nullable Object> json = AcceptedText.json(used.entry());
        json.put("expired", used.expired());
        json.put("found", used.found());
        return json;
    }

    /** A row as an object whose keys are the columns. */
    static Map<String, @Nullable Object> row(
            SavedQuery query, List<? extends @Nullable Object> values) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            row.put(query.columns().get(i).name(), values.get(i));
        }
        return row;
    }
}
