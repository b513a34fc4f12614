package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.check.Outcome;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A check for people: a line a constraint, then what was found. */
public final class CheckTable {
    private static final List<String> COLUMNS =
            List.of("constraint", "severity", "state", "violations", "seconds");

    private final CheckReport report;
    private final PrintWriter out;
    private final Terminal terminal;

    private CheckTable(CheckReport report, PrintWriter out, Terminal terminal) {
        this.report = report;
        this.out = out;
        this.terminal = terminal;
    }

    /** Prints it. */
    public static void print(CheckReport report, PrintWriter out, Terminal terminal) {
        new CheckTable(report, out, terminal).print();
    }

    private void print() {
        try (RowWriter rows = RowFormat.TABLE.write(COLUMNS, out, terminal)) {
            report.outcomes().forEach(outcome -> rows.row(line(outcome)));
        }
        report.outcomes().stream()
                .filter(outcome -> outcome.state() != Outcome.State.PASSED)
                .sorted(Comparator.comparing(Outcome::severity))
                .forEach(this::details);
        out.println();
        out.println(report.summary());
        out.flush();
    }

    private static List<Object> line(Outcome outcome) {
        String state = outcome.state().toString();
        return List.of(
                outcome.query().id(),
                outcome.severity().toString(),
                outcome.state() == Outcome.State.PASSED ? state : state.toUpperCase(Locale.ROOT),
                outcome.count(),
                String.format(Locale.ROOT, "%7.3f", outcome.seconds()));
    }

    private void details(Outcome outcome) {
        out.println();
        out.println(outcome.query().id() + ": " + Printable.of(outcome.query().title()));
        if (!outcome.rows().isEmpty()) {
            try (RowWriter rows =
                    RowFormat.TABLE.write(outcome.query().columnNames(), out, terminal)) {
                outcome.rows()
                        .forEach(row -> rows.row(ColumnText.row(outcome.query().columns(), row)));
            }
        }
        if (outcome.error() != null) {
            out.println("could not be asked: " + Printable.of(outcome.error()));
        } else if (outcome.rows().size() < outcome.count()) {
            out.println(
                    "%d of %,d; all of them: %s"
                            .formatted(
                                    outcome.rows().size(),
                                    outcome.count(),
                                    report.command().printing(outcome.query())));
        }
    }
}
