package dev.tablewalk.cli;

import dev.tablewalk.cli.dataset.CheckpointExport;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.WholeFile;
import dev.tablewalk.cli.part.CypherScript;
import dev.tablewalk.cli.part.GraphMl;
import dev.tablewalk.cli.part.PartOfGraph;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.push.PushedGraph;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.Neo4jImport;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.ImageSource;
import dev.tablewalk.ingest.IsfExport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Writes what other programs read. */
@Command(
        name = "export",
        description = {
            "Write checkpoints for other programs.",
            "parquet: its graph as tables, one a label and one a relationship type between two"
                    + " labels, with what it maps, what its constraints say and what its page"
                    + " tables are like, in a folder that takes many checkpoints:"
                    + " guest=G/checkpoint=NAME/TABLE.parquet. What is there already is left.",
            "neo4j-admin: the same, and in its folder _neo4j-admin what Neo4j's own importer needs"
                + " to read these checkpoints: import.args, with headers, and after.cypher. Each"
                + " node has the label Checkpoint_NAME too.",
            "graphml, cypher: a small graph for other programs, or a part of a large one, which"
                + " --query asks for. GraphML has at most 200,000 nodes and relationships, Cypher,"
                + " one statement that can be pasted into any Neo4j, 2,000.",
            "isf: the types and symbols of its kernel, as a symbol file of Volatility 3's. They are"
                    + " read from the image, which must still be where it was."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk export before after --format parquet --output fleet",
            "  duckdb -c \"SELECT comm, count(*) FROM 'fleet/*/*/task.parquet' GROUP BY comm\"",
            "  tablewalk export before after --format neo4j-admin --output fleet",
            "  neo4j-admin database import full neo4j @fleet/_neo4j-admin/import.args",
            "  tablewalk export before --format graphml --output init.graphml --query \"MATCH p ="
                    + " (:Task {pid: 1})-[:POINTS_TO*..3]->() RETURN p\"",
            "  tablewalk export before --format isf --output kernel.json.xz",
            "  tablewalk export before --format isf | jq .user_types.task_struct",
            "  tablewalk ingest wiped.raw --as wiped --isf kernel.json.xz"
        })
final class ExportCommand extends Verb {
    /** The programs' formats. */
    enum Format {
        CYPHER,
        GRAPHML,
        ISF,
        NEO4J_ADMIN,
        PARQUET;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Takes a format by its name. */
    static final class FormatName implements ITypeConverter<Format> {
        @Override
        public Format convert(String name) {
            for (Format each : Format.values()) {
                if (each.toString().equalsIgnoreCase(name)) {
                    return each;
                }
            }
            throw new TypeConversionException(
                    "expected one of "
                            + Arrays.toString(Format.values())
                            + " but was '"
                            + name
                            + "'");
        }
    }

    /** A file an eighth larger than that of xz's own preset, 6, in half the time. */
    private static final int XZ_PRESET = 3;

    @Parameters(
            paramLabel = "NAME",
            arity = "1..*",
            description = "The checkpoint; for parquet and neo4j-admin, one or several.")
    private List<String> names = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            converter = FormatName.class,
            description = "${COMPLETION-CANDIDATES}.")
    private Format format = Format.ISF;

    @Option(
            names = "--query",
            paramLabel = "CYPHER",
            description =
                    "graphml, cypher: only the nodes, relationships and paths that this returns.")
    private @Nullable String query;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description =
                    "Where to write it. parquet, neo4j-admin: the folder. Others: the file, of isf"
                            + " packed if its name ends in .xz or .gz; if not given, or -, standard"
                            + " output, as it is.")
    private @Nullable Path output;

    @Option(
            names = "--force",
            description = "Write anew what is there already, or over another file.")
    private boolean force;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() throws IOException {
        if (query != null && format != Format.GRAPHML && format != Format.CYPHER) {
            throw UserError.input("--query is for graphml and cypher; " + format + " takes all");
        }
        switch (format) {
            case CYPHER, GRAPHML -> exportPart();
            case ISF -> exportTypes();
            case NEO4J_ADMIN, PARQUET -> exportTables();
        }
        return ExitCode.DONE;
    }

    private void exportTables() {
        if (output == null || output.equals(Path.of("-"))) {
            throw UserError.input("name a folder with --output: many files are written");
        }
        names.forEach(home()::info); // before anything is written
        DataSet to = new DataSet(output);
        Neo4jImport neo4j =
                format == Format.NEO4J_ADMIN ? new Neo4jImport(to, PushedGraph.LABEL_PREFIX) : null;
        try (ConsoleProgress progress = reporting.begin(this)) {
            List<DataSet.Manifest> all = new ArrayList<>();
            for (String name : names) {
                all.add(exportTables(name, to, progress));
            }
            if (neo4j != null) {
                progress.say("neo4j-admin database import full neo4j @" + neo4j.write(all));
            }
        } catch (IOException e) {
            throw UserError.input(output + " cannot be written: " + e.getMessage(), e);
        }
    }

    private DataSet.Manifest exportTables(String name, DataSet to, ConsoleProgress progress)
            throws IOException {
        CheckpointInfo info = home().info(name);
        String source = CheckpointExport.source(info, Version.text());
        Optional<DataSet.Manifest> there = to.find(CheckpointExport.guest(info), name);
        if (!force && there.isPresent() && there.get().source().equals(source)) {
            progress.say(name + ": is there already");
            return there.get();
        }
        progress.stage("open", 0);
        try (Checkpoint checkpoint = home().open(name)) {
            DataSet.Manifest made = new CheckpointExport(to, progress).write(checkpoint, source);
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "%s: %,d rows in %d tables",
                            name,
                            made.allRows(),
                            made.rows().size()));
            return made;
        }
    }

    private void exportPart() throws IOException {
        String name = onlyName();
        Path file = file();
        if (file != null) {
            requireFree(file);
        }
        PartOfGraph part;
        try (ConsoleProgress progress = reporting.begin(this)) {
            progress.stage("read " + name, 0);
            try (Checkpoint checkpoint = home().open(name)) {
                part =
                        PartOfGraph.of(
                                checkpoint,
                                query,
                                format.toString(),
                                format == Format.GRAPHML ? GraphMl.MOST : CypherScript.MOST);
            }
        }
        if (file == null) {
            write(part, out());
        } else {
            new WholeFile(file, force).write(to -> write(part, to));
        }
    }

    private void write(PartOfGraph part, PrintWriter to) {
        if (format == Format.GRAPHML) {
            GraphMl.write(part, to);
        } else {
            CypherScript.write(part, to);
        }
    }

    private String onlyName() {
        if (names.size() > 1) {
            throw UserError.input(format + " is of one checkpoint, and not of " + names.size());
        }
        return names.getFirst();
    }

    /** Null for standard output. */
    private @Nullable Path file() {
        return output == null || output.equals(Path.of("-")) ? null : output;
    }

    private void exportTypes() throws IOException {
        CheckpointInfo info = home().info(onlyName());
        info.requireOneMoment("exported as " + format);
        Path file = file();
        if (file == null && terminal().stdout()) {
            throw UserError.input("name a file with --output: a terminal does not take megabytes");
        }
        if (file != null) {
            requireFree(file);
        }
        IsfExport export = new IsfExport(source(info), text(info, "image_sha256"), Version.text());
        try (ConsoleProgress progress = reporting.begin(this)) {
            if (file == null) {
                export.write(out(), progress);
            } else {
                write(export, file, progress);
            }
        }
    }

    /** A format that says itself where RAM lies needs no telling. */
    private ImageSource source(CheckpointInfo info) {
        String ram = text(info, "ram");
        return new ImageSource(
                Arrays.stream(text(info, "image").split(",")).map(Path::of).toList(),
                home().folder(),
                ram.contains("@") ? List.of(ram.split(",")) : List.of(),
                kernel(info));
    }

    /** The number of the kernel that was taken, where RAM holds several. */
    private static int kernel(CheckpointInfo info) {
        Object taken = info.properties().get("found_kernel_taken");
        return taken instanceof String text && text.matches("[0-9]{1,2} .*")
                ? Integer.parseInt(text.substring(0, text.indexOf(' ')))
                : 0;
    }

    private static String text(CheckpointInfo info, String property) {
        if (info.properties().get(property) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw UserError.input(
                info.name() + " does not say its " + property + "; ingest its image again");
    }

    private void requireFree(Path file) {
        if (Files.isDirectory(file)) {
            throw UserError.input(file + " is a folder: --output names a file");
        }
        if (!Files.isDirectory(WholeFile.folder(file))) {
            throw UserError.input("no folder " + WholeFile.folder(file) + " to write into");
        }
        if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file);
        }
    }

    private static UserError exists(Path file) {
        return UserError.input(file + " exists: choose another name, or add --force");
    }

    private void write(IsfExport export, Path file, ConsoleProgress progress) {
        try {
            new WholeFile(file, force)
                    .writeBytes(
                            bytes -> {
                                try (Writer text =
                                        new OutputStreamWriter(
                                                packed(file, bytes), StandardCharsets.UTF_8)) {
                                    export.write(text, progress);
                                }
                            });
        } catch (FileAlreadyExistsException e) {
            throw exists(file); // It was made in the meantime.
        } catch (IOException e) {
            throw UserError.input(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static OutputStream packed(Path file, OutputStream bytes) throws IOException {
        String name = file.toString();
        if (name.endsWith(".xz")) {
            return new XZOutputStream(bytes, new LZMA2Options(XZ_PRESET));
        }
        return name.endsWith(".gz") ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
    }
}
