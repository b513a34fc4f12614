package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.verify.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link Report}, for people and for programs. */
final class VerifyReport {
    private static final double NANOS = 1e9;

    private VerifyReport() {}

    static void print(Report report, PrintWriter out, Terminal terminal) {
        try (RowWriter rows =
                RowFormat.TABLE.write(
                        List.of("kind", "in truth", "in graph", "missing", "extra", "wrong"),
                        out,
                        terminal)) {
            for (Report.Tally tally : report.tallies()) {
                rows.row(
                        List.of(
                                tally.subject().text(),
                                tally.inTruth(),
                                tally.inGraph(),
                                tally.missing(),
                                tally.extra(),
                                tally.wrong()));
            }
        }
        out.println();
        if (report.leftOut().isEmpty()) {
            out.println("left out: nothing; the truth does not tell who collected it");
        }
        for (Report.LeftOut left : report.leftOut()) {
            out.printf(
                    "left out: pid %d (%s), %s%n",
                    left.pid(), Printable.of(left.name()), left.why());
        }
        for (Report.Born born : report.bornAfter()) {
            out.printf(
                    "born after the collector: tid %d (%s), %.3f s after boot%n",
                    born.tid(), Printable.of(born.name()), born.started() / NANOS);
        }
        Report.NotCompared not = report.notCompared();
        notCompared(out, not.ran(), "tasks' state and CPU, because they ran");
        notCompared(out, not.moved(), "VMAs and pages that differ, of processes that ran");
        notCompared(out, not.untold(), "pages of VM_PFNMAP mappings, of which /proc tells nothing");
        notCompared(out, not.unread(), "pages of mappings too vast for truth to read");
        if (!report.differences().isEmpty()) {
            out.println();
            printDifferences(report.differences(), out, terminal);
        }
        out.flush();
    }

    private static void notCompared(PrintWriter out, long count, String what) {
        if (count > 0) {
            out.println("not compared: " + count + " " + what);
        }
    }

    private static void printDifferences(
            List<Report.Difference> differences, PrintWriter out, Terminal terminal) {
        try (RowWriter rows =
                RowFormat.TABLE.write(
                        List.of("kind", "", "where", "truth", "graph"), out, terminal)) {
            for (Report.Difference difference : differences) {
                rows.row(
                        List.of(
                                difference.subject().text(),
                                difference.fault().text(),
                                difference.where(),
                                difference.truth(),
                                difference.graph()));
            }
        }
    }

    static Map<String, Object> json(Report report, String checkpoint, Path truth) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("checkpoint", checkpoint);
        json.put("truth", truth.toString());
        json.put("exact", report.exact());
        Map<String, Object> tallies = new LinkedHashMap<>();
        for (Report.Tally tally : report.tallies()) {
            Map<String, Object> counts = new LinkedHashMap<>();
            counts.put("in_truth", tally.inTruth());
            counts.put("in_graph", tally.inGraph());
            counts.put("missing", tally.missing());
            counts.put("extra", tally.extra());
            counts.put("wrong", tally.wrong());
            tallies.put(tally.subject().name().toLowerCase(Locale.ROOT), counts);
        }
        json.put("counts", tallies);
        List<Map<String, Object>> leftOut = new ArrayList<>();
        for (Report.LeftOut left : report.leftOut()) {
            leftOut.add(Map.of("pid", left.pid(), "name", left.name(), "why", left.why()));
        }
        json.put("left_out", leftOut);
        List<Map<String, Object>> born = new ArrayList<>();
        for (Report.Born task : report.bornAfter()) {
            born.add(
                    Map.of(
                            "tid", task.tid(),
                            "pid", task.pid(),
                            "name", task.name(),
                            "start_time", task.started()));
        }
        json.put("born_after", born);
        json.put("tasks_that_ran", report.notCompared().ran());
        json.put("moved", report.notCompared().moved());
        json.put("untold_pages", report.notCompared().untold());
        json.put("unread_pages", report.notCompared().unread());
        List<Map<String, Object>> differences = new ArrayList<>();
        for (Report.Difference difference : report.differences()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", difference.subject().name().toLowerCase(Locale.ROOT));
            one.put("fault", difference.fault().text());
            one.put("where", difference.where());
            one.put("truth", difference.truth());
            one.put("graph", difference.graph());
            differences.add(one);
        }
        json.put("differences", differences);
        return json;
    }
}
