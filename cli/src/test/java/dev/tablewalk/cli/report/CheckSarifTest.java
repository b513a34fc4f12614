package dev.tablewalk.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.contrastsecurity.sarif.SarifSchema210;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CheckSarifTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode sarif() throws IOException {
        return sarif(Reports.report(FailOn.INFO));
    }

    private static JsonNode sarif(CheckReport report) throws IOException {
        StringWriter text = new StringWriter();
        new JsonText(new PrintWriter(text), Terminal.NONE).pretty(CheckSarif.of(report));
        return JSON.readTree(text.toString());
    }

    /** OASIS's own, as a library of SARIF's types carries it. */
    private static Schema schema() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        SarifSchema210.class.getResourceAsStream(
                                "/schema/sarif-schema-2.1.0.json"))) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(in);
        }
    }

    @Test
    void isWhatThePublishedSchemaSays() throws IOException {
        assertEquals(List.of(), schema().validate(sarif()));
    }

    @Test
    void theSchemaWouldTell() throws IOException {
        String wrong = sarif().toString().replace("\"level\":\"note\"", "\"level\":\"remark\"");
        assertNotEquals(List.of(), schema().validate(JSON.readTree(wrong)));
    }

    @Test
    void rulesAndResultsTellWhatWasFound() throws IOException {
        JsonNode run = sarif().at("/runs/0");
        assertEquals("tablewalk", run.at("/tool/driver/name").asText());
        assertEquals(4, run.at("/tool/driver/rules").size());
        assertEquals("error", run.at("/tool/driver/rules/0/defaultConfiguration/level").asText());
        assertEquals(3, run.at("/tool/driver/rules/0/properties/violations").asInt());
        assertEquals(4, run.at("/results").size());
        JsonNode first = run.at("/results/0");
        assertEquals("worst", first.at("/ruleId").asText());
        assertEquals("error", first.at("/level").asText());
        assertEquals(-4096, first.at("/properties/pa").asLong());
        assertEquals(
                "guest/pa 0xfffffffffffff000",
                first.at("/locations/0/logicalLocations/0/fullyQualifiedName").asText());
        assertEquals(
                "file:///images/a%20guest%07.raw",
                first.at("/locations/0/physicalLocation/artifactLocation/uri").asText());
        assertEquals("note", run.at("/results/2/level").asText());
    }

    @Test
    void whatIsAcceptedIsSuppressed() throws IOException {
        JsonNode sarif = sarif(Reports.accepted());
        assertEquals(List.of(), schema().validate(sarif));
        JsonNode kept = sarif.at("/runs/0/results/0");
        assertEquals("external", kept.at("/suppressions/0/kind").asText());
        assertEquals(
                "it <b>compiles</b>\\x1b[31m", kept.at("/suppressions/0/justification").asText());
        assertEquals("2027-06-30", kept.at("/suppressions/0/properties/expires").asText());
        JsonNode late = sarif.at("/runs/0/results/1");
        assertTrue(late.at("/suppressions").isArray() && late.at("/suppressions").isEmpty());
        assertEquals("2020-01-01", late.at("/properties/acceptedUntil").asText());
        JsonNode invocation = sarif.at("/runs/0/invocations/0");
        assertTrue(invocation.at("/executionSuccessful").asBoolean());
        assertEquals(
                "gone", invocation.at("/toolExecutionNotifications/0/associatedRule/id").asText());
    }

    @Test
    void whatCouldNotBeAskedIsANotification() throws IOException {
        JsonNode invocation = sarif().at("/runs/0/invocations/0");
        assertFalse(invocation.at("/executionSuccessful").asBoolean());
        assertEquals(1, invocation.at("/toolExecutionNotifications").size());
        assertEquals(
                "broken",
                invocation.at("/toolExecutionNotifications/0/associatedRule/id").asText());
    }

    @Test
    void nothingOfAGuestIsALinkOrAPlaceholder() throws IOException {
        String message = sarif().at("/runs/0/results/0/message/text").asText();
        assertFalse(message.contains("]("), message);
        assertTrue(message.contains("{{0}}") && message.contains("\\x1b[31m"), message);
    }
}
