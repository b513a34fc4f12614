package dev.tablewalk.cli.report;

import com.samskivert.mustache.Mustache;
import dev.tablewalk.cli.output.CypherText;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.picture.FrameKind;
import dev.tablewalk.cypher.picture.FrameMap;
import dev.tablewalk.cypher.saved.ColumnType;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.graph.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A check as one HTML page that needs nothing else: no script, no network, and a policy that allows
 * neither. The template engine escapes every value; what a terminal would obey is taken out before.
 */
public final class CheckPage {
    private static final int PICTURE_WIDTH = 1024;
    private static final int LABELS = 8;

    private static final Map<String, String> GEOMETRY =
            orderedMap(
                    "kernel_release", "kernel",
                    "kernel_version", "version",
                    "kernel_build_id", "build id",
                    "arch", "architecture",
                    "page_size", "page size",
                    "va_bits", "bits of a virtual address",
                    "pa_bits", "bits of a physical address",
                    "levels", "levels of page tables",
                    "ram", "RAM",
                    "image", "image",
                    "image_sha256", "image's SHA-256");

    private final CheckReport report;
    private final PageFacts facts;

    private CheckPage(CheckReport report, PageFacts facts) {
        this.report = report;
        this.facts = facts;
    }

    /** The page. */
    public static String of(CheckReport report, PageFacts facts) {
        return Mustache.compiler()
                .compile(resource("check.html"))
                .execute(new CheckPage(report, facts).model());
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(CheckPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> model() {
        String css = resource("check.css");
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("css", css);
        model.put("cssHash", sha256(css));
        model.put("checkpoint", report.checkpoint().name());
        model.put("kernel", text(report.checkpoint().properties().get("kernel_release")));
        model.put("version", report.version());
        model.put("created", report.checkpoint().created().toString());
        model.put("summary", report.summary());
        model.put("tiles", tiles());
        List<BaselineEntry> stale =
                report.baseline() == null ? List.of() : report.baseline().stale();
        model.put("stale", stale.stream().map(AcceptedText::stale).toList());
        model.put("hasStale", !stale.isEmpty());
        model.put(
                "baseline",
                report.baseline() == null ? "" : Printable.of(report.baseline().file()));
        model.put("guest", guest());
        model.put("counts", counts());
        model.put("anomalies", anomalies());
        model.put("hasAnomalies", !facts.anomalies().isEmpty());
        model.put("hasPicture", facts.frames().height() > 0);
        if (facts.frames().height() > 0) {
            picture(model);
        }
        List<Outcome> sorted = new ArrayList<>(report.outcomes());
        sorted.sort(Comparator.comparingInt(CheckPage::rank).thenComparing(Outcome::severity));
        model.put("checks", sorted.stream().map(this::check).toList());
        return model;
    }

    /** What calls for attention first. */
    private static int rank(Outcome outcome) {
        return switch (outcome.state()) {
            case FAILED -> 0;
            case ERROR -> 1;
            case ACCEPTED -> 2;
            case PASSED -> 3;
        };
    }

    private List<Map<String, String>> tiles() {
        List<Map<String, String>> tiles = new ArrayList<>();
        tiles.add(tile("failed", "violated", report.count(Outcome.State.FAILED)));
        tiles.add(tile("error", "not asked", report.count(Outcome.State.ERROR)));
        if (report.baseline() != null) {
            tiles.add(tile("accepted", "accepted", report.count(Outcome.State.ACCEPTED)));
        }
        tiles.add(tile("passed", "passed", report.count(Outcome.State.PASSED)));
        tiles.add(
                tile(
                        "plain",
                        "anomalies",
                        facts.anomalies().values().stream().mapToLong(n -> n).sum()));
        return tiles;
    }

    private static Map<String, String> tile(String kind, String name, long number) {
        return Map.of(
                "kind", number == 0 ? "plain" : kind, "name", name, "number", grouped(number));
    }

    private List<Map<String, String>> guest() {
        List<Map<String, String>> rows = new ArrayList<>();
        GEOMETRY.forEach(
                (key, name) -> {
                    String value = text(report.checkpoint().properties().get(key));
                    if (!value.isEmpty()) {
                        rows.add(Map.of("name", name, "value", value));
                    }
                });
        return rows;
    }

    private List<Map<String, String>> counts() {
        List<Map<String, String>> rows = new ArrayList<>();
        report.checkpoint()
                .nodes()
                .forEach((label, n) -> rows.add(Map.of("name", ":" + label, "value", grouped(n))));
        report.checkpoint()
                .relationships()
                .forEach(
                        (type, n) ->
                                rows.add(Map.of("name", "[:" + type + "]", "value", grouped(n))));
        return rows;
    }

    private List<Map<String, String>> anomalies() {
        return facts.anomalies().entrySet().stream()
                .map(
                        entry ->
                                Map.of(
                                        "name", Printable.of(entry.getKey()),
                                        "value", grouped(entry.getValue())))
                .toList();
    }

    private void picture(Map<String, Object> model) {
        FrameMap frames = facts.frames();
        double scale = (double) PICTURE_WIDTH / frames.width();
        model.put("picture", FramePicture.dataUri(frames));
        model.put("pictureHeight", number(frames.height() * scale));
        model.put("viewHeight", number(frames.height() * scale + 16));
        model.put("perCell", Quantity.bytes(frames.bytesPerCell()));
        model.put("perRow", Quantity.bytes(frames.bytesPerCell() * frames.width()));
        model.put("isStrewn", frames.isStrewn());
        model.put("addresses", addresses(scale));
        model.put(
                "legend",
                frames.pages().entrySet().stream()
                        .sorted(Map.Entry.<FrameKind, Long>comparingByValue().reversed())
                        .map(
                                entry ->
                                        Map.of(
                                                "fill", FramePicture.fill(entry.getKey()),
                                                "opacity", FramePicture.opacity(entry.getKey()),
                                                "name", entry.getKey().words(),
                                                "size",
                                                        Quantity.bytes(
                                                                entry.getValue()
                                                                        * frames.pageSize())))
                        .toList());
        List<PageMarks.Mark> marks = PageMarks.of(report.outcomes(), frames);
        model.put("marks", marks.stream().map(mark -> mark(mark, scale)).toList());
        model.put("hasMarks", !marks.isEmpty());
        model.put("marksAreBounded", marks.size() == PageMarks.MOST);
        model.put("mostMarks", PageMarks.MOST);
    }

    private List<Map<String, String>> addresses(double scale) {
        FrameMap frames = facts.frames();
        int step = Math.max(1, frames.height() / LABELS);
        List<Map<String, String>> labels = new ArrayList<>();
        for (int row = 0; row < frames.height(); row += step) {
            labels.add(
                    Map.of(
                            "y", number(row * scale + 8),
                            "text", Hex.of(frames.addressOf(row))));
        }
        return labels;
    }

    private static Map<String, String> mark(PageMarks.Mark mark, double scale) {
        return Map.of(
                "x", number((mark.cell().column() + 0.5) * scale),
                "y", number((mark.cell().row() + 0.5) * scale),
                "id", mark.outcome().query().id(),
                "severity", mark.outcome().severity().toString(),
                "text", mark.text());
    }

    private Map<String, Object> check(Outcome outcome) {
        SavedQuery query = outcome.query();
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("id", query.id());
        check.put("title", Printable.of(query.title()));
        check.put("category", Printable.of(query.category()));
        check.put("severity", outcome.severity().toString());
        check.put("state", outcome.state().toString());
        check.put(
                "open",
                outcome.state() == Outcome.State.FAILED || outcome.state() == Outcome.State.ERROR);
        boolean isAccepted = outcome.state() == Outcome.State.ACCEPTED;
        long count = isAccepted ? outcome.accepted().count() : outcome.count();
        check.put("count", count == 0 ? "" : grouped(count));
        List<String> accepted = AcceptedText.lines(outcome);
        check.put("accepted", accepted);
        check.put("hasAccepted", !accepted.isEmpty());
        check.put(
                "acceptedRows",
                outcome.accepted().rows().stream()
                        .map(row -> Map.of("cells", cells(query, row.values())))
                        .toList());
        check.put("hasAcceptedRows", !outcome.accepted().rows().isEmpty());
        check.put("seconds", String.format(Locale.ROOT, "%.2f s", outcome.seconds()));
        check.put("meaning", Printable.of(query.meaning()));
        check.put("falsePositives", printable(query.falsePositives()));
        check.put("hasFalsePositives", !query.falsePositives().isEmpty());
        check.put("sources", printable(query.sources()));
        check.put("hasSources", !query.sources().isEmpty());
        check.put("hasError", outcome.error() != null);
        check.put("error", text(outcome.error()));
        check.put("hasRows", !outcome.rows().isEmpty());
        check.put(
                "columns",
                query.columns().stream()
                        .map(
                                column ->
                                        Map.of(
                                                "name", column.name(),
                                                "kind", kind(column.type()),
                                                "meaning", Printable.of(column.meaning())))
                        .toList());
        check.put(
                "rows",
                outcome.rows().stream().map(row -> Map.of("cells", cells(query, row))).toList());
        check.put("isCut", outcome.rows().size() < outcome.count());
        check.put("shown", grouped(outcome.rows().size()));
        check.put("command", report.command().printing(query));
        check.put(
                "cypher",
                query.cypher().lines().map(Printable::of).collect(Collectors.joining("\n")));
        return check;
    }

    private static List<Map<String, Object>> cells(
            SavedQuery query, List<? extends @Nullable Object> row) {
        List<Map<String, Object>> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Column column = query.columns().get(i);
            Object value = row.get(i);
            cells.add(
                    Map.of(
                            "kind",
                            kind(column.type()),
                            "text",
                            value == null ? "" : ColumnText.cell(column, value)));
        }
        return cells;
    }

    /** How its column is set. */
    private static String kind(ColumnType type) {
        return switch (type) {
            case INTEGER, PAGES, BYTES, FLOAT, PERCENT -> "number";
            case HEX, HEXES -> "hex";
            case TEXT, BOOLEAN, LIST, MAP -> "text";
        };
    }

    private static List<String> printable(List<String> texts) {
        return texts.stream().map(Printable::of).toList();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : CypherText.cell(value);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> orderedMap(String... keysAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
