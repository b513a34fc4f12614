package dev.tablewalk.cli.dataset;

import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.procedure.Mappings;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.fleet.dataset.CheckpointWriter;
import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.DerivedTable;
import dev.tablewalk.fleet.dataset.RowSink;
import dev.tablewalk.fleet.dataset.RowWriter;
import dev.tablewalk.fleet.dataset.SchemaTables;
import dev.tablewalk.fleet.dataset.TableShapes;
import dev.tablewalk.fleet.dataset.TableSignatures;
import dev.tablewalk.graph.BothSinks;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes one checkpoint into a data set: its graph, and the tables that are derived from it. */
public final class CheckpointExport {
    private static final String NO_GUEST = "unknown";

    /** Rows of a constraint that are kept; one that has more is asked again. */
    private static final int KEPT = 10_000;

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
        long entities = checkpoint.nodeCount() + checkpoint.relationshipCount();
        return to.write(
                guest(info),
                info.name(),
                source,
                columns(checkpoint, entities),
                writer -> {
                    List<SavedQuery> constraints = constraints(info);
                    progress.stage("write graph", entities);
                    if (info.isDiff()) {
                        checkpoint.read(writer, progress);
                    } else {
                        Set<String> keys = new TreeSet<>(CheckRun.keys(constraints));
                        keys.addAll(Mappings.KEYS);
                        TableSignatures signatures = new TableSignatures();
                        checkpoint.readAndKeep(keys, new BothSinks(writer, signatures), progress);
                        signatures.write(
                                writer.table(DerivedTable.TABLE_SIGNATURE), writer.firstId());
                        mappings(checkpoint, writer, keys, progress);
                    }
                    checks(checkpoint, writer, constraints);
                    hashes(checkpoint, writer);
                });
    }

    private static List<SavedQuery> constraints(CheckpointInfo info) {
        return QueryLibrary.builtIn()
                .constraints(
                        info.isDiff() ? SavedQuery.Subject.DIFF : SavedQuery.Subject.CHECKPOINT);
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

    private static void mappings(
            Checkpoint checkpoint, CheckpointWriter writer, Set<String> keys, Progress progress)
            throws IOException {
        RowWriter to = writer.rows(DerivedTable.MAPPING);
        checkpoint.mappings(
                keys,
                (space, area, run) -> {
                    to.put("mm_id", writer.firstId() + space.number());
                    if (space.tgid() != null) {
                        to.put("pid", space.tgid());
                    }
                    put(to, "comm", space.comm());
                    put(to, "vma", area.name());
                    put(to, "perms", area.perms());
                    put(to, "backing", area.backing());
                    put(to, "file", area.file());
                    to.put("va", run.va());
                    to.put("pa", run.pa());
                    to.put("pages", run.pages());
                    put(to, "writable", run.writable());
                    put(to, "user_executable", run.executable());
                    put(to, "frame", run.frame());
                    to.end();
                },
                progress);
    }

    private static void put(RowWriter to, String column, @Nullable String text) {
        if (text != null) {
            to.put(column, text);
        }
    }

    private static void put(RowWriter to, String column, @Nullable Boolean truth) {
        if (truth != null) {
            to.put(column, truth.booleanValue());
        }
    }

    private void checks(
            Checkpoint checkpoint, CheckpointWriter writer, List<SavedQuery> constraints)
            throws IOException {
        List<Outcome> outcomes =
                new CheckRun(checkpoint, Map.of(), KEPT, progress).outcomes(constraints);
        RowSink results = writer.table(DerivedTable.CHECK_RESULT);
        RowSink violations = writer.table(DerivedTable.VIOLATION);
        progress.stage("write violations", 0);
        for (Outcome outcome : outcomes) {
            SavedQuery query = outcome.query();
            String severity = outcome.severity().toString();
            results.row(query.id(), severity, outcome.state().toString(), outcome.count());
            if (outcome.state() != Outcome.State.FAILED) {
                continue;
            }
            try (Rows again = again(checkpoint, outcome)) {
                Iterator<List<@Nullable Object>> rows =
                        again == null ? outcome.rows().iterator() : again;
                while (rows.hasNext()) {
                    violations.row(query.id(), severity, json(query.columnNames(), rows.next()));
                }
            }
        }
    }

    /** All rows of a constraint of which not all were kept; null if they were. */
    private static @Nullable Rows again(Checkpoint checkpoint, Outcome outcome) {
        SavedQuery query = outcome.query();
        return outcome.count() <= KEPT
                ? null
                : checkpoint.query(query.cypher(), query.values(Map.of()));
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
}
