package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.check.Acceptance;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.ColumnPattern;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.check.Outcome.Accepted;
import dev.tablewalk.cypher.saved.ColumnType;
import dev.tablewalk.cypher.saved.Identity;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.cypher.saved.Severity;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A check of a guest that chose its names to do harm. */
final class Reports {
    /** Markup of every kind, a terminal's escapes, and what XML cannot hold. */
    static final String HOSTILE =
            "<script>alert(1)</script>]]>&\"'{0}[x](http://evil)\u001b[31m\u0000\uffff\ud800\u202e";

    static final List<Column> COLUMNS =
            List.of(
                    new Column("pa", ColumnType.HEX, "where"),
                    new Column("comm", ColumnType.TEXT, "who"));

    private Reports() {}

    static SavedQuery query(String id, String category, Severity severity) {
        return new SavedQuery(
                id,
                category,
                "What " + id + " finds in {braces} [and](brackets)",
                SavedQuery.Kind.CONSTRAINT,
                SavedQuery.Subject.CHECKPOINT,
                severity,
                "It means <b>that</b>.",
                List.of(),
                COLUMNS,
                new Identity(List.of("comm"), false),
                List.of("a moving guest"),
                List.of("mm/mmap.c"),
                false,
                "MATCH (n) WHERE n.a < 1 && $x RETURN n",
                SavedQuery.BUILT_IN);
    }

    static Outcome failed(String id, Severity severity) {
        List<List<@Nullable Object>> rows =
                List.of(Arrays.asList(-4096L, HOSTILE), Arrays.asList(0x40001000L, null));
        return new Outcome(
                query(id, "tasks", severity),
                Outcome.State.FAILED,
                3,
                rows,
                0.25,
                null,
                Accepted.NONE);
    }

    /** A check in which a baseline accepts some, has expired for some, and is stale in part. */
    static CheckReport accepted() {
        BaselineEntry accepts = entry("kept", "java", LocalDate.of(2027, 6, 30));
        BaselineEntry expired = entry("late", "java", LocalDate.of(2020, 1, 1));
        CheckReport report = report(FailOn.INFO);
        List<@Nullable Object> row = Arrays.asList(0x40001000L, "java");
        return new CheckReport(
                report.checkpoint(),
                List.of(
                        new Outcome(
                                query("kept", "tasks", Severity.MAJOR),
                                Outcome.State.ACCEPTED,
                                0,
                                List.of(),
                                0.25,
                                null,
                                new Accepted(
                                        281,
                                        List.of(new Accepted.Row(row, accepts)),
                                        List.of(new Acceptance.Used(accepts, false, 281)))),
                        new Outcome(
                                query("late", "tasks", Severity.MAJOR),
                                Outcome.State.FAILED,
                                1,
                                List.of(row),
                                0.25,
                                null,
                                new Accepted(
                                        0,
                                        List.of(),
                                        List.of(new Acceptance.Used(expired, true, 1))))),
                new CheckReport.Baselined(
                        "accepted.txt", List.of(entry("gone", "sh", LocalDate.of(2027, 1, 1)))),
                report.failOn(),
                report.version(),
                report.command());
    }

    private static BaselineEntry entry(String constraint, String comm, LocalDate expires) {
        return new BaselineEntry(
                constraint,
                Map.of("comm", ColumnPattern.parse(comm)),
                null,
                "it <b>compiles</b>\u001b[31m",
                expires,
                List.of(),
                7);
    }

    static CheckReport report(FailOn failOn) {
        return new CheckReport(
                new CheckpointInfo(
                        "guest",
                        Instant.EPOCH,
                        2,
                        1,
                        Map.of("image", "/images/a guest\u0007.raw"),
                        Map.of(),
                        Map.of()),
                List.of(
                        failed("worst", Severity.CRITICAL),
                        failed("least", Severity.INFO),
                        new Outcome(
                                query("fine", "vmas", Severity.MAJOR),
                                Outcome.State.PASSED,
                                0,
                                List.of(),
                                0.5,
                                null,
                                Accepted.NONE),
                        new Outcome(
                                query("broken", "vmas", Severity.MINOR),
                                Outcome.State.ERROR,
                                0,
                                List.of(),
                                0.125,
                                "Invalid input " + HOSTILE,
                                Accepted.NONE)),
                null,
                failOn,
                "1.2.3",
                query -> "tablewalk query guest --saved " + query.id());
    }
}
