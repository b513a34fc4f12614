package dev.tablewalk.cli.dataset;

import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.memory.Question;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.fleet.dataset.BothSinks;
import dev.tablewalk.fleet.dataset.CheckpointWriter;
import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.DerivedTable;
import dev.tablewalk.fleet.dataset.RowSink;
import dev.tablewalk.fleet.dataset.SchemaTables;
import dev.tablewalk.fleet.dataset.TableShapes;
import dev.tablewalk.fleet.dataset.TableSignatures;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes one checkpoint into a data set: its graph, and the tables that are derived from it. */
public final class CheckpointExport {
    private static final String NO_GUEST = "unknown";
    private static final String MAPPING = resource("mapping.cypher");

    private final DataSet to;
    private final Progress progress;

    /** Into a data set. */
    public CheckpointExport(DataSet to, Progress progress) {
        this.to = to;
        this.progress = progress;
    }

    /** Whose moment a checkpoint is; the word for all of whom that is not known. */
    public static String guest(CheckpointInfo info) {
        return info.properties().get("guest") instanceof String guest ? guest : NO_GUEST;
    }

    /** What tells a store from any other, and from what another tablewalk would write of it. */
    public static String source(CheckpointInfo info, String tool) {
        return "tablewalk "
                + tool
                + ", schema "
                + info.schemaVersion()
                + ", loaded "
                + info.created()
                + ", "
                + info.sizeBytes()
                + " bytes";
    }

    /**
     * Writes it, in the place of what was there of it.
     *
     * @throws dev.tablewalk.graph.UserError if the store is damaged
     */
    public DataSet.Manifest write(Checkpoint checkpoint, String source) throws IOException {
        CheckpointInfo info = checkpoint.info();
        long entities =
                checkpoint.nodeCount()
                        + info.relationships().values().stream().mapToLong(n -> n).sum();
        return to.write(
                guest(info),
                info.name(),
                source,
                columns(checkpoint, entities),
                writer -> {
                    progress.stage("write graph", entities);
                    if (info.isDiff()) {
                        checkpoint.read(writer, progress);
                    } else {
                        TableSignatures signatures = new TableSignatures();
                        checkpoint.read(new BothSinks(writer, signatures), progress);
                        signatures.write(
                                writer.table(DerivedTable.TABLE_SIGNATURE), writer.firstId());
                        mappings(checkpoint, writer);
                    }
                    checks(checkpoint, writer);
                    hashes(checkpoint, writer);
                });
    }

    /** Those of a diff have to be looked for: what differs has columns of its own. */
    private Map<String, List<Column>> columns(Checkpoint checkpoint, long entities)
            throws IOException {
        if (!checkpoint.info().isDiff()) {
            return SchemaTables.of(checkpoint.propertyKeys());
        }
        TableShapes shapes = new TableShapes();
        progress.stage("read tables' shapes", entities);
        checkpoint.read(shapes, progress);
        return shapes.columns();
    }

    private record Space(long id, String address, @Nullable Long pid, @Nullable String comm) {}

    /** Each address space by itself: what one maps can be held. */
    private void mappings(Checkpoint checkpoint, CheckpointWriter writer) throws IOException {
        List<Space> spaces = new ArrayList<>();
        each(
                checkpoint,
                "MATCH (m:MmStruct) OPTIONAL MATCH (t:Task)-[p:POINTS_TO {field: 'mm'}]->(m)"
                        + " WITH m, t ORDER BY t.pid"
                        + " WITH m, collect(t) AS tasks"
                        + " RETURN id(m), m.address, tasks[0].tgid, tasks[0].comm",
                Map.of(),
                row ->
                        spaces.add(
                                new Space(
                                        (Long) Objects.requireNonNull(row.get(0)),
                                        (String) Objects.requireNonNull(row.get(1)),
                                        (Long) row.get(2),
                                        (String) row.get(3))));
        progress.stage("write mappings", spaces.size());
        RowSink to = writer.table(DerivedTable.MAPPING);
        Optional<Question> question = Question.of(MAPPING);
        for (Space space : spaces) {
            for (Iterator<List<@Nullable Object>> rows = mapping(checkpoint, question, space);
                    rows.hasNext(); ) {
                List<@Nullable Object> row = rows.next();
                @Nullable Object[] values = new @Nullable Object[row.size() + 3];
                values[0] = writer.firstId() + space.id;
                values[1] = space.pid;
                values[2] = space.comm;
                for (int i = 0; i < row.size(); i++) {
                    values[i + 3] = row.get(i);
                }
                to.row(values);
            }
            progress.advance(1);
        }
    }

    private static Iterator<List<@Nullable Object>> mapping(
            Checkpoint checkpoint, Optional<Question> question, Space space) {
        Map<String, Object> parameters = Map.of("mm", space.address);
        Optional<Question.Answer> answer =
                question.flatMap(
                        asked -> checkpoint.ask(asked, asked.keys(), parameters, new QueryStop()));
        if (answer.isPresent()) {
            return answer.get().rows().iterator();
        }
        List<List<@Nullable Object>> all = new ArrayList<>();
        try (Rows rows = checkpoint.query(MAPPING, parameters)) {
            rows.forEachRemaining(all::add);
        }
        return all.iterator();
    }

    private void checks(Checkpoint checkpoint, CheckpointWriter writer) throws IOException {
        List<SavedQuery> constraints =
                QueryLibrary.builtIn()
                        .constraints(
                                checkpoint.info().isDiff()
                                        ? SavedQuery.Subject.DIFF
                                        : SavedQuery.Subject.CHECKPOINT);
        List<Outcome> outcomes =
                new CheckRun(checkpoint, Map.of(), 0, progress).outcomes(constraints);
        RowSink results = writer.table(DerivedTable.CHECK_RESULT);
        RowSink violations = writer.table(DerivedTable.VIOLATION);
        progress.stage("write violations", 0);
        for (Outcome outcome : outcomes) {
            SavedQuery query = outcome.query();
            String severity = outcome.severity().toString();
            results.row(query.id(), severity, outcome.state().toString(), outcome.count());
            if (outcome.state() == Outcome.State.FAILED) {
                each(
                        checkpoint,
                        query.cypher(),
                        query.values(Map.of()),
                        row ->
                                violations.row(
                                        query.id(), severity, json(query.columnNames(), row)));
            }
        }
    }

    private static String json(List<String> names, List<@Nullable Object> row) {
        StringWriter text = new StringWriter();
        try (PrintWriter to = new PrintWriter(text)) {
            new JsonText(to, Terminal.NONE).object(names, row);
        }
        return text.toString();
    }

    private static void hashes(Checkpoint checkpoint, CheckpointWriter writer) throws IOException {
        FrameHashes hashes = checkpoint.frameHashes();
        if (hashes == null) {
            return;
        }
        RowSink to = writer.table(DerivedTable.FRAME_HASH);
        for (FrameHashes.Run run : hashes.runs()) {
            long pfn = run.pa() >>> hashes.pageShift();
            for (int i = 0; i < run.pages(); i++) {
                to.row(pfn + i, hashes.hash(run.first() + i));
            }
        }
    }

    /** Takes a row; may fail as files do. */
    @FunctionalInterface
    private interface Taker {
        void take(List<@Nullable Object> row) throws IOException;
    }

    private static void each(
            Checkpoint checkpoint, String cypher, Map<String, Object> parameters, Taker to)
            throws IOException {
        try (Rows rows = checkpoint.query(cypher, parameters)) {
            while (rows.hasNext()) {
                to.take(rows.next());
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = CheckpointExport.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
