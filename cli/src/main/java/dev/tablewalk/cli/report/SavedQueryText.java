package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.CypherText;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.saved.Identity;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All of a saved query, for people and for programs. */
public final class SavedQueryText {
    private static final int WIDTH = 80;
    private static final List<String> COLUMNS =
            List.of("category", "id", "kind", "severity", "title");

    private SavedQueryText() {}

    /** All of a library, a line each. */
    public static void list(
            List<SavedQuery> all, ReportFormat format, PrintWriter out, Terminal terminal) {
        if (format == ReportFormat.JSON) {
            new JsonText(out, terminal)
                    .pretty(Map.of("queries", all.stream().map(SavedQueryText::json).toList()));
            return;
        }
        try (RowWriter rows = RowFormat.TABLE.write(COLUMNS, out, terminal)) {
            for (SavedQuery query : all) {
                rows.row(
                        List.of(
                                query.category(),
                                query.id(),
                                query.kind().toString(),
                                Objects.toString(query.severity(), ""),
                                query.title()));
            }
        }
    }

    /** One, with all that its file says. */
    public static void show(
            SavedQuery query, ReportFormat format, PrintWriter out, Terminal terminal) {
        if (format == ReportFormat.JSON) {
            new JsonText(out, terminal).pretty(json(query));
        } else {
            print(query, out, terminal);
        }
    }

    /** All of it, for people. */
    private static void print(SavedQuery query, PrintWriter out, Terminal terminal) {
        out.println(
                query.id()
                        + ": "
                        + Printable.of(query.title())
                        + " ("
                        + (query.severity() == null ? "" : query.severity() + " ")
                        + query.kind()
                        + (query.subject() == SavedQuery.Subject.DIFF ? " of a diff" : "")
                        + ", "
                        + Printable.of(query.category())
                        + ")");
        out.println();
        wrap(query.meaning(), "", out);
        if (!query.parameters().isEmpty()) {
            out.println();
            table(
                    List.of("parameter", "type", "default", "meaning"),
                    query.parameters().stream().map(SavedQueryText::row),
                    out,
                    terminal);
        }
        out.println();
        table(
                List.of("column", "type", "meaning"),
                query.columns().stream()
                        .map(
                                column ->
                                        List.of(
                                                column.name(),
                                                column.type().toString(),
                                                column.meaning())),
                out,
                terminal);
        if (query.kind() == SavedQuery.Kind.CONSTRAINT) {
            Identity identity = query.identity();
            list(
                    "A baseline accepts findings by:",
                    List.of(
                            identity.columns().isEmpty()
                                    ? "their number"
                                    : String.join(", ", identity.columns())
                                            + (identity.byNumber() ? ", and their number" : "")),
                    out);
        }
        list("Found though all is well:", query.falsePositives(), out);
        list("Kernel source:", query.sources(), out);
        list("From:", List.of(query.origin()), out);
        out.println();
        query.cypher().lines().forEach(line -> out.println(Printable.of(line)));
        out.flush();
    }

    private static List<String> row(SavedQuery.Parameter parameter) {
        return List.of(
                parameter.name(),
                parameter.type().toString(),
                parameter.standard() == null
                        ? "must be given"
                        : CypherText.cell(parameter.standard()),
                parameter.meaning());
    }

    private static void table(
            List<String> columns, Stream<List<String>> rows, PrintWriter out, Terminal terminal) {
        try (RowWriter writer = RowFormat.TABLE.write(columns, out, terminal)) {
            rows.forEach(writer::row);
        }
    }

    private static void list(String heading, List<String> items, PrintWriter out) {
        if (!items.isEmpty()) {
            out.println();
            out.println(heading);
            items.forEach(item -> wrap(item, "  ", out));
        }
    }

    private static void wrap(String text, String indent, PrintWriter out) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : Printable.of(text).split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
                out.println(line.toString().stripTrailing());
                line.setLength(0);
                line.append(indent);
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    /** All of it, as a JSON object. */
    public static Map<String, @Nullable Object> json(SavedQuery query) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", query.id());
        json.put("category", query.category());
        json.put("title", query.title());
        json.put("kind", query.kind().toString());
        json.put("of", query.subject().toString());
        json.put("severity", query.severity() == null ? null : query.severity().toString());
        json.put("meaning", query.meaning());
        json.put("parameters", query.parameters().stream().map(SavedQueryText::json).toList());
        json.put(
                "columns",
                query.columns().stream()
                        .map(
                                column ->
                                        Map.of(
                                                "name", column.name(),
                                                "type", column.type().toString(),
                                                "meaning", column.meaning()))
                        .toList());
        if (query.kind() == SavedQuery.Kind.CONSTRAINT) {
            json.put("identity", query.identity().columns());
            json.put("accepted_by_number", query.identity().byNumber());
        }
        json.put("false_positives", query.falsePositives());
        json.put("sources", query.sources());
        json.put("origin", query.origin());
        json.put("cypher", query.cypher());
        return json;
    }

    private static Map<String, @Nullable Object> json(SavedQuery.Parameter parameter) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", parameter.name());
        json.put("type", parameter.type().toString());
        json.put("required", parameter.standard() == null);
        json.put("default", parameter.standard());
        json.put("meaning", parameter.meaning());
        return json;
    }
}
