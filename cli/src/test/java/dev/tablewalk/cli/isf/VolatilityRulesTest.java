package dev.tablewalk.cli.isf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.isf.IsfSymbol;
import dev.tablewalk.ingest.isf.IsfType;
import dev.tablewalk.ingest.isf.IsfWriter;
import dev.tablewalk.ingest.synthetic.Btfs;
import dev.tablewalk.ingest.synthetic.KernelEra;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are right pass, and the rules would tell of others. */
class VolatilityRulesTest {
    private static String file(KernelEra era) throws IOException {
        TreeMap<String, IsfSymbol> symbols = new TreeMap<>();
        symbols.put(
                "linux_banner",
                new IsfSymbol(-4096, IsfType.VOID, Optional.of("Linux version 6.1 (a) #1\n\0")));
        symbols.put(
                "init_task", new IsfSymbol(-8192, new IsfType.Aggregate("struct", "task_struct")));
        symbols.put("init_files", new IsfSymbol(-9216, IsfType.VOID));
        symbols.put("swapper_pg_dir", new IsfSymbol(-12288, IsfType.VOID));
        StringWriter out = new StringWriter();
        IsfWriter.write(Btf.parse(Btfs.kernel(era)).orElseThrow(), symbols, "0.1.0-SNAPSHOT", out);
        // A hand-made task_struct need not have all members.
        return out.toString()
                .replace(
                        "\"comm\":",
                        "\"files\":{\"type\":{\"kind\":\"pointer\",\"subtype\":{\"kind\":\"base\","
                                + "\"name\":\"void\"}},\"offset\":0},\"comm\":");
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenPasses(KernelEra era) throws IOException {
        assertEquals(List.of(), VolatilityRules.schemaErrors(json(file(era))));
        assertEquals(List.of(), VolatilityRules.broken(json(file(era))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    "format":"6.2.0" | "format":"5.2.0"
                    "version":"0.1.0" | "version":"0.1"
                    "hash_type":"sha256" | "hash_type":"sha1"
                    "name":"kallsyms" | "name":"kallsyms","kind":"kallsyms"
                    "kind":"struct"} | "kind":"enum"}
                    "endian":"little" | "endian":"middle"
                    "kind":"pointer" | "kind":"reference"
                    "subtype": | "of":
                    "signed": | "sign":
                    "symbols":{ | "labels":{
                    "address": | "place":
                    """)
    void theSchemaWouldTell(String right, String wrong) throws IOException {
        String text = file(KernelEra.LINUX_6_12);
        assertNotEquals(text, text.replace(right, wrong));
        assertNotEquals(List.of(), VolatilityRules.schemaErrors(json(text.replace(right, wrong))));
    }

    @Test
    void theReadersRulesWouldTell() throws IOException {
        String text = file(KernelEra.LINUX_6_12);
        for (String[] change :
                new String[][] {
                    {"\"format\":\"6.2.0\"", "\"format\":\"6.9.0\""},
                    {
                        "\"kind\":\"base\",\"name\":\"int\"",
                        "\"kind\":\"base\",\"name\":\"integer\""
                    },
                    {
                        "\"kind\":\"struct\",\"name\":\"list_head\"",
                        "\"kind\":\"struct\",\"name\":\"ring\""
                    },
                    {"\"kind\":\"union\",\"name\":\"unnamed_", "\"kind\":\"union\",\"name\":\"no_"},
                    {"\"init_files\"", "\"init_folder\""},
                    {"\"comm\":", "\"command\":"},
                    {"\"constant_data\":\"T", "\"constant_data\":\"U"},
                }) {
            assertNotEquals(text, text.replace(change[0], change[1]));
            assertNotEquals(
                    List.of(), VolatilityRules.broken(json(text.replace(change[0], change[1]))));
        }
    }
}
