package dev.tablewalk.cypher.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.check.Outcome.Accepted;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BaselineTest {
    private static final QueryLibrary LIBRARY = QueryLibrary.builtIn();
    private static final LocalDate TODAY = LocalDate.of(2027, 3, 1);

    /** Findings are known by comm, vma and name, whatever their number. */
    private static final SavedQuery RWX = LIBRARY.get("user_writable_executable");

    /** Findings are known by level and frame, and accepted by number. */
    private static final SavedQuery ORPHANS = LIBRARY.get("orphan_tables");

    private static final String FILE =
            """
            # The team's.

            # Asked for by the JVM.
            accept user_writable_executable
              where comm: java
              where vma: rwxp
              where name: ""
              reason: it compiles just in time
              expires: 2027-06-30
            """;

    private static Baseline parse(String text) {
        return Baseline.parse("accepted.txt", text, LIBRARY);
    }

    private static String refusal(String text) {
        return String.valueOf(assertThrows(UserError.class, () -> parse(text)).getMessage());
    }

    private static List<@Nullable Object> rwx(
            long boot, @Nullable String comm, String vma, String name) {
        return Arrays.asList(100 + boot, comm, boot << 12, boot, vma, name, boot << 20);
    }

    private static List<@Nullable Object> orphan(long pa, String level, String frame) {
        return Arrays.asList(pa, level, 0L, 1L, 0L, frame);
    }

    private static Acceptance acceptance(String text, SavedQuery query) {
        return parse(text).acceptances(TODAY, null).apply(query);
    }

    private static Outcome outcome(
            Baseline baseline,
            SavedQuery query,
            Baseline.@Nullable Terms terms,
            List<List<@Nullable Object>> rows) {
        Acceptance acceptance = baseline.acceptances(TODAY, terms).apply(query);
        List<List<@Nullable Object>> violations = new ArrayList<>();
        rows.stream().filter(row -> acceptance.of(row) == null).forEach(violations::add);
        return new Outcome(
                query,
                violations.isEmpty() ? Outcome.State.ACCEPTED : Outcome.State.FAILED,
                violations.size(),
                violations,
                0,
                null,
                new Accepted(rows.size() - violations.size(), List.of(), acceptance.used()));
    }

    @Test
    void aFindingStaysAcceptedOnTheNextBootAndAnotherProcessesIsNot() {
        Acceptance acceptance = acceptance(FILE, RWX);
        assertNotNull(acceptance.of(rwx(1, "java", "rwxp", "")));
        assertNotNull(acceptance.of(rwx(77, "java", "rwxp", "")));
        assertNull(acceptance.of(rwx(1, "evil", "rwxp", "")));
        assertNull(acceptance.of(rwx(1, "java", "r-xp", "")));
        assertNull(acceptance.of(rwx(1, "java", "rwxp", "/tmp/x")));
        assertNull(acceptance.of(rwx(1, null, "rwxp", "")));
        assertEquals(2, acceptance.used().getFirst().found());
    }

    @Test
    void itHoldsThroughItsLastDayAndSaysWhenItDoesNot() {
        assertNotNull(
                acceptance(FILE.replace("2027-06-30", "2027-03-01"), RWX)
                        .of(rwx(1, "java", "rwxp", "")));
        Acceptance past = acceptance(FILE.replace("2027-06-30", "2027-02-28"), RWX);
        assertNull(past.of(rwx(1, "java", "rwxp", "")));
        assertEquals(1, past.used().getFirst().found());
        assertTrue(past.used().getFirst().expired());
        assertNotNull(
                acceptance(FILE.replace("2027-06-30", "never"), RWX)
                        .of(rwx(1, "java", "rwxp", "")));
    }

    @Test
    void starsStandForAnythingAndColumnsMayBeLeftOut() {
        Acceptance open =
                acceptance(
                        """
                        accept user_writable_executable
                         where comm: ja*
                         where name: /tmp/*.so
                         reason: x
                         expires: never
                        """,
                        RWX);
        assertNotNull(open.of(rwx(1, "javac", "rwxp", "/tmp/a/b.so")));
        assertNull(open.of(rwx(1, "bash", "rwxp", "/tmp/a.so")));
        assertNull(open.of(rwx(1, "javac", "rwxp", "/tmp/a.so.1")));
    }

    @Test
    void whereLittleTellsFindingsApartTheirNumberCounts() {
        Baseline none = Baseline.empty();
        Baseline.Terms terms = new Baseline.Terms("an IOMMU's", null);
        List<List<@Nullable Object>> two =
                List.of(orphan(1, "PTE", "table"), orphan(2, "PTE", "table"));
        Baseline made = none.updated(List.of(outcome(none, ORPHANS, terms, two)));
        assertEquals(2L, made.entries().getFirst().most());
        List<List<@Nullable Object>> three = new ArrayList<>(two);
        three.add(orphan(3, "PTE", "table"));
        assertEquals(1, outcome(made, ORPHANS, null, three).count());
        Baseline raised =
                made.updated(
                        List.of(outcome(made, ORPHANS, new Baseline.Terms("new", TODAY), three)));
        assertEquals(3L, raised.entries().getFirst().most());
        assertEquals("an IOMMU's", raised.entries().getFirst().reason());
    }

    @Test
    void whatIsNoTextAndWhatATerminalObeysIsWrittenAndReadBack() {
        Baseline.Terms terms = new Baseline.Terms("why", LocalDate.of(2027, 12, 31));
        for (String comm :
                new @Nullable String[] {
                    null,
                    "",
                    "null",
                    " x ",
                    "[x",
                    "\"",
                    "a*b\\",
                    "\u001b[31m\n",
                    "é",
                    "#",
                    "\ud83d\ude00"
                }) {
            List<List<@Nullable Object>> rows = List.of(rwx(1, comm, "rwxp", "*"));
            Baseline none = Baseline.empty();
            String text = none.updated(List.of(outcome(none, RWX, terms, rows))).text();
            assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), text);
            assertEquals(0, outcome(parse(text), RWX, null, rows).count(), text);
            assertEquals(
                    1,
                    outcome(parse(text), RWX, null, List.of(rwx(1, "y", "rwxp", "*"))).count(),
                    text);
            assertEquals(
                    1,
                    outcome(parse(text), RWX, null, List.of(rwx(1, comm, "rwxp", "z"))).count(),
                    text);
        }
    }

    @Test
    void updateKeepsWhatMatchesTakesOutWhatDoesNotAndSorts() {
        Baseline before =
                parse(
                        FILE
                                + "\n\naccept overlapping_vmas\n where comm: x\n reason: r\n"
                                + " expires: 2020-01-01\n"
                                + "accept user_writable_executable\n where comm: gone\n reason: r\n"
                                + " expires: never\n\n# The end.\n");
        Baseline.Terms terms = new Baseline.Terms("new", null);
        Outcome outcome =
                outcome(
                        before,
                        RWX,
                        terms,
                        List.of(rwx(1, "java", "rwxp", ""), rwx(1, "a", "rwxp", "")));
        assertEquals(List.of(), outcome.rows());
        assertEquals(
                List.of("gone"),
                before.stale(List.of(outcome)).stream()
                        .map(entry -> String.valueOf(entry.where().get("comm")))
                        .toList());
        String after = before.updated(List.of(outcome)).text();
        assertEquals(
                """
                # The team's.

                accept overlapping_vmas
                  where comm: x
                  reason: r
                  expires: 2020-01-01

                accept user_writable_executable
                  where comm: a
                  where vma: rwxp
                  where name: ""
                  reason: new
                  expires: never

                # Asked for by the JVM.
                accept user_writable_executable
                  where comm: java
                  where vma: rwxp
                  where name: ""
                  reason: it compiles just in time
                  expires: 2027-06-30

                # The end.
                """,
                after);
        assertEquals(after, parse(after).text());
    }

    @Test
    void anExpiredEntryIsNotRenewedUnasked() {
        Baseline expired = parse(FILE.replace("2027-06-30", "2027-01-01"));
        Outcome outcome =
                outcome(
                        expired,
                        RWX,
                        new Baseline.Terms("new", null),
                        List.of(rwx(1, "java", "rwxp", "")));
        assertEquals(1, outcome.count());
        assertEquals(expired.text(), expired.updated(List.of(outcome)).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "accept user_wr~accept user_rw~4: no saved query 'user_rwitable_executable': did",
                "accept user_writable_executable~accept who_maps_frame~4: who_maps_frame is a"
                        + " report",
                "where comm~where pid~5: 'pid' does not identify findings of user_writable_exec",
                "where vma~where comm~6: a second 'where comm'",
                "\"\"~\"~7: '\"' is not JSON",
                "rwxp~rwx\\~6: 'rwx\\' ends with a backslash",
                "2027-06-30~30.6.2027~4: 'expires: 30.6.2027' is not a date such as",
                "2027-06-30~2027-02-30~4: 'expires: 2027-02-30' is not a date such as",
                "expires:~until:~9: an entry has lines 'where COLUMN: …'",
                "reason: it~# it~4: 'reason' is missing",
                "accept user~admit user~4: an entry begins with 'accept CONSTRAINT'",
            })
    void whatIsWrongIsToldWithItsLine(String good, String bad, String message) {
        assertTrue(FILE.contains(good), good);
        String refusal = refusal(FILE.replace(good, bad));
        assertTrue(refusal.startsWith("accepted.txt:" + message), refusal);
        assertEquals(1, refusal.lines().count());
    }

    @Test
    void nothingIsAcceptedUnseen() {
        assertTrue(
                refusal("accept overlapping_vmas\n reason: r\n expires: never\n")
                        .contains("it would accept whatever overlapping_vmas finds"));
        assertTrue(
                refusal("accept overlapping_vmas\n most: 0\n reason: r\n expires: never\n")
                        .contains("'most: 0' is not a number"));
        assertTrue(refusal(FILE + "\n" + FILE).contains("line 4 accepts the same"));
    }
}
