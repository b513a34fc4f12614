package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.check.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A check for people: a line a constraint, then what was found. */
public final class CheckTable {
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
        try (RowWriter rows = RowFormat.TABLE.write(columns(), out, terminal)) {
            report.outcomes().forEach(outcome -> rows.row(line(outcome)));
        }
        report.outcomes().stream()
                .filter(outcome -> outcome.state() != Outcome.State.PASSED)
                .sorted(Comparator.comparing(Outcome::severity))
                .forEach(this::details);
        CheckReport.Baselined baseline = report.baseline();
        if (baseline != null && !baseline.stale().isEmpty()) {
            out.println();
            out.println("baseline " + Printable.of(baseline.file()) + ":");
            baseline.stale().forEach(entry -> out.println(AcceptedText.stale(entry)));
        }
        out.println();
        out.println(report.summary());
        out.flush();
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("constraint", "severity", "state"));
        columns.add("violations");
        if (report.baseline() != null) {
            columns.add("accepted");
        }
        columns.add("seconds");
        return columns;
    }

    private List<Object> line(Outcome outcome) {
        String state = outcome.state().toString();
        boolean isBad =
                outcome.state() == Outcome.State.FAILED || outcome.state() == Outcome.State.ERROR;
        List<Object> line = new ArrayList<>();
        line.add(outcome.query().id());
        line.add(outcome.severity().toString());
        line.add(isBad ? state.toUpperCase(Locale.ROOT) : state);
        line.add(outcome.count());
        if (report.baseline() != null) {
            line.add(outcome.accepted().count());
        }
        line.add(String.format(Locale.ROOT, "%7.3f", outcome.seconds()));
        return line;
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
        AcceptedText.lines(outcome).forEach(out::println);
    }
}
