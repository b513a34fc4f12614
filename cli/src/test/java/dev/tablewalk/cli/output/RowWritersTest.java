package dev.tablewalk.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.PathValue;
import dev.tablewalk.cypher.RelationshipValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowWritersTest {
    private static final NodeValue INIT =
            new NodeValue(
                    3,
                    List.of("Task"),
                    new TreeMap<>(Map.of("address", "0xffff0000", "comm", "in\"it", "pid", 1L)));
    private static final NodeValue MM = new NodeValue(4, List.of("MmStruct"), Map.of());
    private static final RelationshipValue POINTER =
            new RelationshipValue(9, "POINTS_TO", 3, 4, Map.of("field", "mm"));

    private static String write(
            RowFormat format,
            Terminal terminal,
            List<String> columns,
            List<? extends List<? extends @Nullable Object>> rows) {
        StringWriter text = new StringWriter();
        try (RowWriter writer = format.write(columns, new PrintWriter(text), terminal)) {
            rows.forEach(writer::row);
        }
        return text.toString();
    }

    @Test
    void aTableAlignsNumbersRightAndCutsNothingInAPipe() {
        String wide = "x".repeat(300);
        assertEquals(
                "pid  comm\n---  " + "-".repeat(300) + "\n  1  init\n 42  " + wide + "\n",
                write(
                        RowFormat.TABLE,
                        Terminal.NONE,
                        List.of("pid", "comm"),
                        List.of(List.of(1L, "init"), List.of(42L, wide))));
    }

    @Test
    void aTableFitsATerminal() {
        String text =
                write(
                        RowFormat.TABLE,
                        new Terminal(true, true, true, 40),
                        List.of("pid", "a", "b"),
                        List.of(List.of(1L, "y".repeat(90), "z".repeat(70))));
        text.lines().skip(1).forEach(line -> assertEquals(40, line.length(), line));
        assertEquals(2, text.lines().skip(2).findFirst().orElse("").split("…", -1).length - 1);
    }

    @Test
    void aTableGoesOnBehindTheRowsItMeasured() {
        List<List<Long>> rows = LongStream.range(0, 1200).mapToObj(n -> List.of(n)).toList();
        assertEquals(
                1202, write(RowFormat.TABLE, Terminal.NONE, List.of("n"), rows).lines().count());
    }

    @Test
    void csvQuotesWhatNeedsQuotesAndEndsLinesByTheRfc() {
        assertEquals(
                "a,\"b c\"\r\n1,\"say \"\"hi\"\", you\"\r\n,\"\"\r\nline\\nfeed,\\x1b[31m\r\n",
                write(
                        RowFormat.CSV,
                        Terminal.NONE,
                        List.of("a", "b c"),
                        List.of(
                                List.of(1L, "say \"hi\", you"),
                                Arrays.asList(null, ""),
                                List.of("line\nfeed", "\u001b[31m"))));
    }

    @Test
    void jsonIsAnArrayOfObjects() {
        assertEquals(
                """
                [
                {"n":1,"s":"a\\"\\u001B\\n\u202e"},
                {"n":null,"s":[true,2.5,{"k":"v"}]}
                ]
                """,
                write(
                        RowFormat.JSON,
                        Terminal.NONE,
                        List.of("n", "s"),
                        List.of(
                                List.of(1L, "a\"\u001b\n\u202e"),
                                Arrays.asList(null, List.of(true, 2.5, Map.of("k", "v"))))));
        assertEquals("[]\n", write(RowFormat.JSON, Terminal.NONE, List.of("n"), List.of()));
    }

    @Test
    void jsonOnATerminalIsAsciiAndTheSameValue() {
        assertEquals(
                "{\"s\":\"\\u009B\\u202E\"}\n",
                write(
                        RowFormat.NDJSON,
                        new Terminal(true, true, true, 80),
                        List.of("s"),
                        List.of(List.of("\u009b\u202e"))));
    }

    @Test
    void graphValuesReadLikeCypher() {
        assertEquals(
                "(:Task {pid: 1, comm: \"in\\\"it\", address: \"0xffff0000\"})"
                        + "-[:POINTS_TO {field: \"mm\"}]->(:MmStruct)",
                CypherText.cell(new PathValue(List.of(INIT, MM), List.of(POINTER))));
        assertEquals(
                "(:MmStruct)<-[:POINTS_TO {field: \"mm\"}]-(:Task)",
                CypherText.cell(
                        new PathValue(
                                List.of(MM, new NodeValue(3, List.of("Task"), Map.of())),
                                List.of(POINTER))));
        assertEquals("[1, \"a\", null]", CypherText.cell(Arrays.asList(1L, "a", null)));
    }

    @Test
    void graphValuesInJsonHaveTheirNumbers() {
        assertEquals(
                "{\"r\":{\"id\":9,\"type\":\"POINTS_TO\",\"start\":3,\"end\":4,"
                        + "\"properties\":{\"field\":\"mm\"}},"
                        + "\"n\":{\"id\":4,\"labels\":[\"MmStruct\"],\"properties\":{}}}\n",
                write(
                        RowFormat.NDJSON,
                        Terminal.NONE,
                        List.of("r", "n"),
                        List.of(List.of(POINTER, MM))));
    }

    @Test
    void whatCommandsATerminalIsEscaped() {
        assertEquals(
                "a\\n\\t\\r\\x00\\x1b[31m\\x9b\\u202e\\u2028é日",
                Printable.of("a\n\t\r\0\u001b[31m\u009b\u202e\u2028é日"));
        assertEquals("\\ud800x", Printable.of("\ud800x"));
        assertEquals("plain \\ text", Printable.of("plain \\ text"));
    }
}
