package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ParameterValuesTest {
    private static final SavedQuery QUERY =
            SavedQueryFile.parse(
                    "q.cypher",
                    "q.cypher",
                    "own",
                    "q.cypher",
                    """
                    // id: q
                    // title: T
                    // kind: report
                    // meaning: M
                    // param: pa integer | an address
                    // param: name text = "x" | a name
                    // column: n integer | a number
                    RETURN 1 AS n
                    """);

    @Test
    void aTextIsReadByItsType() {
        assertEquals(16L, ParameterType.INTEGER.parse("0x10"));
        assertEquals(-1L, ParameterType.INTEGER.parse("0xffffffffffffffff"));
        assertEquals(-7L, ParameterType.INTEGER.parse("-7"));
        assertEquals("7", ParameterType.TEXT.parse("7"));
        assertEquals(true, ParameterType.BOOLEAN.parse("true"));
        assertEquals(2.0, ParameterType.FLOAT.parse("2"));
        assertEquals(List.of("a", 1L, true), ParameterType.LIST.parse("[\"a\", 1, true]"));
    }

    @Test
    void whatIsOfAnotherTypeIsNone() {
        assertNull(ParameterType.INTEGER.parse("1.5"));
        assertNull(ParameterType.INTEGER.parse("9223372036854775808"));
        assertNull(ParameterType.BOOLEAN.parse("yes"));
        assertNull(ParameterType.FLOAT.parse("two"));
        assertNull(ParameterType.LIST.parse("[null]"));
        assertNull(ParameterType.LIST.parse("1"));
    }

    @Test
    void standardValuesStandInForThoseNotGiven() {
        assertEquals(
                Map.of("pa", 16L, "name", "x"), QUERY.values(Map.of("pa", "0x10", "else", "1")));
        assertEquals(Map.of("pa", 1L, "name", "7"), QUERY.values(Map.of("pa", "1", "name", "7")));
    }

    @Test
    void whatIsMissingOrOfAnotherTypeIsNamed() {
        String missing =
                String.valueOf(
                        assertThrows(UserError.class, () -> QUERY.values(Map.of())).getMessage());
        assertTrue(missing.contains("$pa (an address)"), missing);
        String wrong =
                String.valueOf(
                        assertThrows(UserError.class, () -> QUERY.requireTypes(Map.of("pa", "x")))
                                .getMessage());
        assertTrue(wrong.contains("parameter pa of query q is an integer"), wrong);
    }
}
