package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.cypher.saved.SavedQuery.Parameter;
import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SavedQueryFileTest {
    private static final String GOOD =
            """
            // id: big_tasks
            // title: Tasks that are big
            // kind: constraint
            // severity: major
            // meaning: They are big;
            //   very big: indeed.
            // param: limit integer = 20 | rows to show
            // param: word text = "a|b" | what to look for
            // param: ids list = [1, 2] | pids
            // param: share float = 1 | how much
            // param: pa integer | an address
            // column: pa hex | where
            // column: n integer | how many
            // false-positive: a guest that is
            //    big
            // false-positive: another
            // source: mm/mmap.c

            // A comment of the question's own.
            MATCH (t:Task)
            RETURN t.pid AS pa, 1 AS n
            """;

    private static SavedQuery parse(String text) {
        return SavedQueryFile.parse(
                "q/big_tasks.cypher", "big_tasks.cypher", "tasks", "q/big_tasks.cypher", text);
    }

    private static String refusal(String text) {
        UserError error = assertThrows(UserError.class, () -> parse(text));
        assertEquals(UserError.Kind.INPUT, error.kind());
        return String.valueOf(error.getMessage());
    }

    @Test
    void everythingIsRead() {
        SavedQuery query = parse(GOOD);
        assertEquals("big_tasks", query.id());
        assertEquals("tasks", query.category());
        assertEquals("Tasks that are big", query.title());
        assertEquals(SavedQuery.Kind.CONSTRAINT, query.kind());
        assertEquals(Severity.MAJOR, query.severity());
        assertEquals("They are big; very big: indeed.", query.meaning());
        assertEquals(
                List.of(
                        new Parameter("limit", ParameterType.INTEGER, 20L, "rows to show"),
                        new Parameter("word", ParameterType.TEXT, "a|b", "what to look for"),
                        new Parameter("ids", ParameterType.LIST, List.of(1L, 2L), "pids"),
                        new Parameter("share", ParameterType.FLOAT, 1.0, "how much"),
                        new Parameter("pa", ParameterType.INTEGER, null, "an address")),
                query.parameters());
        assertEquals(
                List.of(
                        new Column("pa", ColumnType.HEX, "where"),
                        new Column("n", ColumnType.INTEGER, "how many")),
                query.columns());
        assertEquals(List.of("a guest that is big", "another"), query.falsePositives());
        assertEquals(List.of("mm/mmap.c"), query.sources());
        assertEquals(
                "// A comment of the question's own.\nMATCH (t:Task)\nRETURN t.pid AS pa, 1 AS n",
                query.cypher());
    }

    @Test
    void whatAFindingIsKnownByIsNamedOrItsTextsAre() {
        assertEquals(new Identity(List.of(), true), parse(GOOD).identity());
        String texts =
                GOOD.replace(
                        "// column: n integer | how many",
                        "// column: n text | what\n// column: address text | where\n"
                                + "// column: b boolean | so");
        assertEquals(new Identity(List.of("n", "b"), false), parse(texts).identity());
        assertEquals(
                new Identity(List.of("n"), true),
                parse("// identity: n\n// accept: by number\n" + GOOD).identity());
        assertTrue(refusal("// identity: x\n" + GOOD).endsWith(":1: no column 'x'"));
        assertTrue(refusal("// identity: n, n\n" + GOOD).endsWith("it names a column twice"));
        assertTrue(refusal("// identity: none\n" + GOOD).contains("'// accept: by number'"));
        assertTrue(refusal("// accept: all\n" + GOOD).contains("'all' is none of by identity"));
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertEquals(parse(GOOD), parse(GOOD.replace("\n", "\r\n")));
    }

    @Test
    void aReportHasNoSeverity() {
        String report = GOOD.replace("kind: constraint", "kind: report");
        assertTrue(refusal(report).endsWith(":4: a report has no severity"), refusal(report));
        assertNull(parse(report.replace("// severity: major\n", "")).severity());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "// id: big_tasks~// id: bigTasks~1: id 'bigTasks' is not lower_snake_case",
                "// id: big_tasks~// id: other~1: id 'other' is not the file's name, 'big_tasks'",
                "// id: big_tasks~//id: big_tasks~1: '//id: big_tasks' is neither",
                "// title: Tasks~// titel: Tasks~2: unknown key 'titel': there are id, title",
                "// title: Tasks that are big~// title:~2: 'title' has no value",
                "// title: Tasks that are big~// kind: report~3: 'kind' stands a second time; line"
                        + " 2 has it",
                "// kind: constraint~// kind: rule~3: 'rule' is none of constraint, report",
                "// severity: major~// severity: bad~4: 'bad' is none of critical, major, minor,",
                "//   very big~//  very big~6: '//  very big: indeed.' is neither",
                "limit integer = 20~limit integer = x~7: the default of 'limit' is not integer",
                "limit integer = 20~limit integer = 2.5~7: the default of 'limit' is not integer",
                "limit integer = 20 | rows to show~limit integer = 20~7: 'limit integer = 20' is"
                        + " not 'param: name type",
                "limit integer = 20~limit number = 20~7: 'number' is none of integer, text,",
                "limit integer = 20~1limit integer = 20~7: '1limit integer",
                "| rows to show~|~7: no meaning stands behind the |",
                "= [1, 2]~= [[1], 2]~9: the default of 'ids' is not list",
                "param: word text~param: limit text~8: a second 'limit'",
                "pa hex | where~pa hex~12: 'pa hex' is not 'column: name type | meaning'",
                "pa hex | where~pa | where~12: 'pa | where' is not 'column: name type | meaning'",
                "pa hex~pa octal~12: 'octal' is none of hex,",
                "column: n integer~column: pa integer~13: a second 'pa'",
                "// source: mm/mmap.c~// replaces: everything~17: 'replaces' can only be"
                        + " 'built-in'",
            })
    void whatIsWrongIsNamedWithItsLine(String good, String bad, String message) {
        assertTrue(GOOD.contains(good), good);
        String refusal =
                refusal(GOOD.replaceFirst(Pattern.quote(good), Matcher.quoteReplacement(bad)));
        assertTrue(refusal.startsWith("q/big_tasks.cypher:" + message), refusal);
    }

    @ParameterizedTest
    @CsvSource({"id", "title", "kind", "severity", "meaning", "column"})
    void whatIsMissingIsNamed(String key) {
        String refusal = refusal(GOOD.replaceAll("// " + key + ": .*\n(//   .*\n)*", ""));
        assertTrue(refusal.startsWith("q/big_tasks.cypher:1: '" + key + "' is missing"), refusal);
    }

    @Test
    void aQuestionMustFollow() {
        String refusal = refusal(GOOD.substring(0, GOOD.indexOf("\n\n")));
        assertTrue(refusal.endsWith(":1: no Cypher follows the leading comment lines"), refusal);
    }

    @Test
    void aBuiltInReplacesNothing() {
        String text = GOOD.replace("// source:", "// replaces: built-in\n// source:");
        assertTrue(parse(text).replacesBuiltIn());
        assertThrows(
                UserError.class,
                () ->
                        SavedQueryFile.parse(
                                "f", "big_tasks.cypher", "tasks", SavedQuery.BUILT_IN, text));
    }
}
