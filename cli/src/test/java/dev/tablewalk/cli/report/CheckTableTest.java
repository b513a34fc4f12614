package dev.tablewalk.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.saved.ColumnType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CheckTableTest {
    private static String table() {
        return table(Reports.report(FailOn.INFO));
    }

    private static String table(CheckReport report) {
        StringWriter text = new StringWriter();
        CheckTable.print(report, new PrintWriter(text), Terminal.NONE);
        return text.toString();
    }

    @Test
    void aLineAConstraintThenWhatWasFound() {
        String table = table();
        assertTrue(
                table.contains(
                        """
                        constraint  severity  state   violations  seconds
                        ----------  --------  ------  ----------  -------
                        worst       critical  FAILED           3    0.250
                        least       info      FAILED           3    0.250
                        fine        major     passed           0    0.500
                        broken      minor     ERROR            0    0.125
                        """),
                table);
        assertTrue(table.indexOf("worst: What") < table.indexOf("broken: What"), table);
        assertTrue(table.indexOf("broken: What") < table.indexOf("least: What"), table);
        assertTrue(
                table.contains("2 of 3; all of them: tablewalk query guest --saved worst\n"),
                table);
        assertTrue(table.contains("could not be asked: Invalid input <script>"), table);
        assertTrue(
                table.endsWith("\n4 constraints: 1 passed, 2 failed, 1 could not be asked\n"),
                table);
    }

    @Test
    void whatIsAcceptedIsToldApart() {
        String table = table(Reports.accepted());
        assertTrue(
                table.contains(
                        """
                        constraint  severity  state     violations  accepted  seconds
                        ----------  --------  --------  ----------  --------  -------
                        kept        major     accepted           0       281    0.250
                        late        major     FAILED             1         0    0.250
                        """),
                table);
        assertTrue(
                table.contains(
                        "\n281 accepted until 2027-06-30: it <b>compiles</b>\\x1b[31m (comm"
                                + " java)\n"),
                table);
        assertTrue(table.contains("\n1 not accepted any more, expired 2020-01-01: "), table);
        assertTrue(
                table.contains(
                        "\nbaseline accepted.txt:\nmatches nothing any more: line 7, gone (comm"
                                + " sh)\n"),
                table);
        assertTrue(
                table.endsWith(
                        "\n2 constraints: 0 passed, 1 accepted, 1 failed, 0 could not be asked; the"
                                + " baseline accepts 281 findings, 1 count again as their entries"
                                + " expired, 1 entry matches nothing\n"),
                table);
    }

    @Test
    void nothingOfAGuestReachesTheTerminal() {
        assertFalse(table().chars().anyMatch(c -> c < ' ' && c != '\n'));
        assertFalse(table(Reports.accepted()).chars().anyMatch(c -> c < ' ' && c != '\n'));
    }

    @Test
    void jsonKeepsNumbers() throws IOException {
        StringWriter text = new StringWriter();
        new JsonText(new PrintWriter(text), Terminal.NONE)
                .pretty(CheckJson.of(Reports.report(FailOn.NEVER)));
        JsonNode json = new ObjectMapper().readTree(text.toString());
        assertFalse(json.get("failed").asBoolean());
        assertEquals(2, json.at("/counts/failed").asInt());
        assertEquals(-4096, json.at("/constraints/0/rows/0/pa").asLong());
        assertEquals("error", json.at("/constraints/3/state").asText());
        assertTrue(json.at("/constraints/3/error").asText().startsWith("Invalid input"));
    }

    @Test
    void valuesAreShownByTheirColumns() {
        assertEquals("0xffffffffffffffff", ColumnText.of(ColumnType.HEX, -1L));
        assertEquals(
                "0x10, 0x20, text",
                ColumnText.of(ColumnType.HEXES, Arrays.asList(16L, 32L, "text")));
        assertEquals("2.0 MiB", ColumnText.of(ColumnType.BYTES, 2L << 20));
        assertEquals("12.5 %", ColumnText.of(ColumnType.PERCENT, 12.5));
        assertEquals(7L, ColumnText.of(ColumnType.PAGES, 7L));
        assertEquals(List.of("0x10", 1L), ColumnText.row(Reports.COLUMNS, List.of(16L, 1L)));
    }
}
