package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.output.WholeFile;
import dev.tablewalk.cli.report.ColumnText;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks the last question again, and keeps its rows in a file. */
final class ExportCommand {
    private ExportCommand() {}

    static void run(Session session, String arguments, boolean replace) {
        List<String> words = Words.of(arguments);
        if (words.size() != 1) {
            throw UserError.input(
                    "name one file, as in :export rows.csv; a name with spaces goes in quotes");
        }
        Path file = path(session, words.getFirst());
        RowFormat format = format(file);
        Question question =
                session.last()
                        .orElseThrow(
                                () ->
                                        UserError.input(
                                                "nothing was asked yet: :export writes the rows"
                                                        + " of the last statement"));
        requireFree(file, replace);
        session.screen().stoppable(stop -> write(session, question, file, format, replace, stop));
    }

    private static void write(
            Session session,
            Question question,
            Path file,
            RowFormat format,
            boolean replace,
            QueryStop stop) {
        Session.RowCount count = new Session.RowCount(System.nanoTime());
        try (Rows rows = session.checkpoint().query(question.cypher(), question.values(), stop)) {
            new WholeFile(file, replace).write(out -> print(question, rows, format, out, count));
        } catch (FileAlreadyExistsException e) {
            throw exists(file, e); // It was made in the meantime.
        } catch (IOException e) {
            throw UserError.input(file + " cannot be written: " + e.getMessage(), e);
        }
        session.screen().note(count.line() + ", in " + Printable.of(file.toString()));
    }

    private static void print(
            Question question,
            Rows rows,
            RowFormat format,
            PrintWriter out,
            Session.RowCount count) {
        List<Column> columns = format == RowFormat.TABLE ? question.columns() : List.of();
        try (RowWriter writer = format.write(rows.columns(), out, Terminal.NONE)) {
            while (rows.hasNext()) {
                writer.row(ColumnText.row(columns, rows.next()));
                count.add();
            }
        }
        count.end();
    }

    private static Path path(Session session, String name) {
        try {
            return session.files().path(name);
        } catch (InvalidPathException e) {
            throw UserError.input("no file can be called " + name, e);
        }
    }

    private static RowFormat format(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "csv" -> RowFormat.CSV;
            case "json" -> RowFormat.JSON;
            case "ndjson" -> RowFormat.NDJSON;
            case "txt", "table" -> RowFormat.TABLE;
            default ->
                    throw UserError.input(
                            file
                                    + " does not say in which form: end its name in .csv, .json,"
                                    + " .ndjson or .txt");
        };
    }

    private static void requireFree(Path file, boolean replace) {
        if (Files.isDirectory(file)) {
            throw UserError.input(file + " is a folder: :export names a file");
        }
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file, null);
        }
        if (!Files.isDirectory(WholeFile.folder(file))) {
            throw UserError.input("no folder " + WholeFile.folder(file) + " to write into");
        }
    }

    private static UserError exists(Path file, @Nullable Throwable cause) {
        String text = file + " exists: :export! " + file + " replaces it";
        return cause == null ? UserError.input(text) : UserError.input(text, cause);
    }
}
