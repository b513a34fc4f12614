package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.cypher.saved.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A check in the Static Analysis Results Interchange Format 2.1.0 (OASIS): each constraint is a
 * rule, each of the rows kept a result, and a constraint that could not be asked a notification.
 * What a baseline accepts is a result that is suppressed.
 */
public final class CheckSarif {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private final CheckReport report;

    private CheckSarif(CheckReport report) {
        this.report = report;
    }

    /** The whole log. */
    public static Map<String, Object> of(CheckReport report) {
        return object(
                "$schema",
                SCHEMA,
                "version",
                "2.1.0",
                "runs",
                List.of(new CheckSarif(report).run()));
    }

    private Map<String, Object> run() {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("tool", Map.of("driver", driver()));
        run.put("invocations", List.of(invocation()));
        artifact().ifPresent(uri -> run.put("artifacts", List.of(artifact(uri))));
        List<Object> results = new ArrayList<>();
        for (int i = 0; i < report.outcomes().size(); i++) {
            for (List<@Nullable Object> row : report.outcomes().get(i).rows()) {
                results.add(violation(i, report.outcomes().get(i), row));
            }
            for (Outcome.Accepted.Row row : report.outcomes().get(i).accepted().rows()) {
                results.add(accepted(i, report.outcomes().get(i), row));
            }
        }
        run.put("results", results);
        run.put("columnKind", "unicodeCodePoints");
        run.put("properties", object("checkpoint", report.checkpoint().name()));
        return run;
    }

    private Map<String, Object> driver() {
        return object(
                "name", "tablewalk",
                "version", report.version(),
                "rules", report.outcomes().stream().map(CheckSarif::rule).toList());
    }

    private static Map<String, Object> rule(Outcome outcome) {
        SavedQuery query = outcome.query();
        return object(
                "id", query.id(),
                "name", query.id(),
                "shortDescription", message(query.title()),
                "fullDescription", message(query.meaning()),
                "help", message(help(query)),
                "defaultConfiguration", object("level", level(outcome.severity())),
                "properties",
                        object(
                                "category", query.category(),
                                "severity", outcome.severity().toString(),
                                "state", outcome.state().toString(),
                                "violations", outcome.count(),
                                "accepted", outcome.accepted().count(),
                                "shown", outcome.rows().size(),
                                "falsePositives", query.falsePositives(),
                                "sources", query.sources(),
                                "cypher", query.cypher()));
    }

    private static String help(SavedQuery query) {
        StringBuilder help = new StringBuilder(query.meaning());
        query.falsePositives()
                .forEach(text -> help.append("\nFound though all is well: ").append(text));
        query.sources().forEach(text -> help.append("\nKernel source: ").append(text));
        return help.toString();
    }

    private Map<String, Object> invocation() {
        List<Object> notifications = new ArrayList<>();
        for (Outcome outcome : report.outcomes()) {
            if (outcome.error() != null) {
                notifications.add(
                        object(
                                "level", "error",
                                "message", message(Printable.of(outcome.error())),
                                "associatedRule", object("id", outcome.query().id())));
            }
        }
        boolean successful = notifications.isEmpty();
        if (report.baseline() != null) {
            for (BaselineEntry entry : report.baseline().stale()) {
                notifications.add(
                        object(
                                "level", "note",
                                "message", message("baseline entry " + AcceptedText.stale(entry)),
                                "associatedRule", object("id", entry.constraint())));
            }
        }
        return object(
                "executionSuccessful", successful, "toolExecutionNotifications", notifications);
    }

    private Map<String, Object> artifact(String uri) {
        return object("location", object("uri", uri), "roles", List.of("analysisTarget"));
    }

    /** URI of the image, as far as it is known. */
    private Optional<String> artifact() {
        if (!(report.checkpoint().properties().get("image") instanceof String path)
                || path.isEmpty()) {
            return Optional.empty();
        }
        boolean absolute = path.startsWith("/");
        try {
            return Optional.of(
                    new URI(
                                    absolute ? "file" : null,
                                    absolute ? "" : null,
                                    absolute ? path : "./" + path,
                                    null)
                            .toASCIIString());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> violation(int rule, Outcome outcome, List<@Nullable Object> row) {
        Map<String, Object> result = result(rule, outcome, row);
        BaselineEntry expired = AcceptedText.expired(outcome, row);
        if (expired != null) {
            Map<String, @Nullable Object> properties = CheckJson.row(outcome.query(), row);
            properties.put("acceptedUntil", expired.until());
            properties.put("acceptedReason", Printable.of(expired.reason()));
            result.put("properties", properties);
        }
        // All results of a run say whether they are suppressed, or none does (section 3.27.23).
        if (report.baseline() != null) {
            result.put("suppressions", List.of());
        }
        return result;
    }

    private Map<String, Object> accepted(int rule, Outcome outcome, Outcome.Accepted.Row row) {
        Map<String, Object> result = result(rule, outcome, row.values());
        BaselineEntry entry = row.entry();
        result.put(
                "suppressions",
                List.of(
                        object(
                                "kind",
                                "external",
                                "status",
                                "accepted",
                                "justification",
                                Printable.of(entry.reason()),
                                "properties",
                                object(
                                        "expires", entry.until(),
                                        "finding", entry.finding()))));
        return result;
    }

    private Map<String, Object> result(int rule, Outcome outcome, List<@Nullable Object> row) {
        List<Column> columns = outcome.query().columns();
        return object(
                "ruleId", outcome.query().id(),
                "ruleIndex", rule,
                "level", level(outcome.severity()),
                "message", message(outcome.query().title() + ": " + ColumnText.line(columns, row)),
                "locations", List.of(location(columns.getFirst(), row.getFirst())),
                "properties", CheckJson.row(outcome.query(), row));
    }

    /** Where it is: in the image, and by the first column, which says what the row is about. */
    private Map<String, Object> location(Column column, @Nullable Object value) {
        String name = column.name() + " " + ColumnText.cell(column, value);
        Map<String, Object> location = new LinkedHashMap<>();
        artifact()
                .ifPresent(
                        uri ->
                                location.put(
                                        "physicalLocation",
                                        object(
                                                "artifactLocation",
                                                object("uri", uri, "index", 0))));
        location.put(
                "logicalLocations",
                List.of(
                        object(
                                "name",
                                name,
                                "fullyQualifiedName",
                                report.checkpoint().name() + "/" + name)));
        return location;
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case CRITICAL, MAJOR -> "error";
            case MINOR -> "warning";
            case INFO -> "note";
        };
    }

    /**
     * A message in which nothing is a placeholder (a brace is written twice, section 3.11.5) and
     * nothing a link (section 3.11.6).
     */
    private static Map<String, Object> message(String text) {
        return object("text", text.replace("{", "{{").replace("}", "}}").replace("](", "] ("));
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], Objects.requireNonNull(keysAndValues[i + 1]));
        }
        return object;
    }
}
