package dev.tablewalk.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.input.Vocabulary;
import dev.tablewalk.cli.shell.Expected.Kind;
import dev.tablewalk.graph.UserError;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What could be typed next, and the words that there are. */
class ShellExpectedTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '@',
            delimiter = '~',
            value = {
                "MATCH (t:Ta ~ LABEL ~ Ta ~",
                "MATCH (: ~ LABEL ~ ~",
                "MATCH (t:Task:Cha ~ LABEL ~ Cha ~",
                "MATCH (t:Task|Vm ~ LABEL ~ Vm ~",
                "MATCH (t:!Ta ~ LABEL ~ Ta ~",
                "MATCH (n) WHERE n:Ta ~ LABEL ~ Ta ~",
                "MATCH ()-[:POI ~ TYPE ~ POI ~",
                "MATCH ()-[r:HAS_VMA|PO ~ TYPE ~ PO ~",
                "MATCH (t:Task {pi ~ PROPERTY ~ pi ~ Task",
                "MATCH (t:Task {pid: 1, co ~ PROPERTY ~ co ~ Task",
                "MATCH ()-[:POINTS_TO {fi ~ PROPERTY ~ fi ~ POINTS_TO",
                "MATCH (t {pi ~ PROPERTY ~ pi ~",
                "MATCH (t:Task {pid: toI ~ CYPHER ~ toI ~",
                "MATCH (t:Task) RETURN t.pi ~ PROPERTY ~ pi ~ Task",
                "MATCH ()-[r:LIES_IN]->(x) RETURN x. ~ PROPERTY ~ ~",
                "MATCH ()-[r:LIES_IN]->(x) RETURN r. ~ PROPERTY ~ ~ LIES_IN",
                "RETURN tw.he ~ QUALIFIED ~ he ~ tw",
                "RETURN $pi ~ PARAMETER ~ pi ~",
                "MAT ~ CYPHER ~ MAT ~",
                "MATCH (n) RET ~ CYPHER ~ RET ~",
                "MATCH (n) WHERE EXISTS { MAT ~ CYPHER ~ MAT ~",
                "MATCH (a)-[:POINTS_TO*1..5 ~ NOTHING ~ 5 ~",
                "RETURN 'a ~ NOTHING ~ ~",
                "RETURN 1 // a ~ NOTHING ~ ~",
                "RETURN ';'; MATCH (t:Ta ~ LABEL ~ Ta ~",
                ":sa ~ COMMAND ~ :sa ~",
                "RETURN 1; :sa ~ COMMAND ~ :sa ~",
                ":saved who ~ ARGUMENT ~ who ~ saved",
                ":saved a b=1 c ~ ARGUMENT ~ c ~ saved a b=1"
            })
    void theTextTells(String text, Kind kind, String word, String owner) {
        Expected expected = Expected.after(text);
        assertEquals(
                new Expected(kind, word == null ? "" : word, owner == null ? "" : owner),
                new Expected(expected.kind(), expected.word(), expected.owner().strip()));
    }

    @Test
    void wordsAreThoseOfTheGraph() {
        assertTrue(Vocabulary.labels(false).contains("PageTable"));
        assertTrue(Vocabulary.labels(true).contains("Changed"));
        assertTrue(!Vocabulary.labels(false).contains("Changed"));
        assertTrue(Vocabulary.types().contains("POINTS_TO"));
        assertTrue(Vocabulary.properties("Task", false).contains("comm"));
        assertTrue(!Vocabulary.properties("Task", false).contains("pfn"));
        assertTrue(Vocabulary.properties("Root", false).contains("level"));
        assertTrue(Vocabulary.properties("", false).containsAll(List.of("comm", "pfn", "va")));
        assertTrue(Vocabulary.functions().containsAll(List.of("tw.hex", "tw.walk", "count")));
    }

    @Test
    void enterEndsOnlyWhatIsWhole() {
        StatementParser parser = new StatementParser();
        assertThrows(EOFError.class, () -> parser.parse("RETURN ';'", 3, ParseContext.ACCEPT_LINE));
        assertEquals("RET", parser.parse("RETURN 1;", 3, ParseContext.ACCEPT_LINE).word());
        assertEquals(":he", parser.parse(":he", 3, ParseContext.COMPLETE).word());
    }

    @Test
    void wordsOfACommand() {
        assertEquals(
                List.of("a", "b=1 2", "c=[1, \"x ]\"]", "d=it's", "e", "f=a[b", "g h"),
                Words.of(" a  b='1 2' c=[1, \"x ]\"] d=it's e f=a[b \"g h\""));
        assertEquals(List.of(), Words.of(" "));
    }

    @Test
    void aMisspeltCommandIsTold() {
        String message = assertThrows(UserError.class, () -> Commands.named("exprot")).getMessage();
        assertEquals("no command :exprot: did you mean :export?; :help lists them", message);
    }
}
