package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.input.Addresses;
import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users type as values: the parameters of queries, and addresses. */
final class TypedValuesTest {
    private static Object value(String text) {
        return QueryParameters.parse(List.of("k=" + text)).getOrDefault("k", "");
    }

    @Test
    void aParameterIsJsonOrHexadecimalOrText() {
        assertEquals(1L, value("1"));
        assertEquals(-2.5, value("-2.5"));
        assertEquals(true, value("true"));
        assertEquals(List.of(1L, "a"), value("[1, \"a\"]"));
        assertEquals(Map.of("a", 1L), value("{\"a\": 1}"));
        assertEquals(0x45b6fL, value("0x45b6f"));
        assertEquals(0xffff800008000000L, value("0xffff800008000000"));
        assertEquals("0xffff", value("\"0xffff\""));
        assertEquals("init", value("init"));
        assertEquals("", value(""));
        assertEquals("a=b", value("a=b"));
        assertEquals("1 2", value("1 2"));
        assertEquals("[1", value("[1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"k", "=1", "k=null", "k=18446744073709551615", "k=[9223372036854775808]"})
    void aParameterThatCannotBeIsRefused(String text) {
        assertThrows(UserError.class, () -> QueryParameters.parse(List.of(text)));
    }

    @Test
    void anAddressIsHexadecimalOrDecimal() {
        assertEquals(0xaaaab0c81000L, Addresses.parse("0xaaaab0c81000"));
        assertEquals(0xaaaab0c81000L, Addresses.parse("aaaab0c81000"));
        assertEquals(4096, Addresses.parse("4096"));
        assertEquals(0xffff800008000000L, Addresses.parse("0xffff800008000000"));
        assertEquals(-1, Addresses.parse("18446744073709551615"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "init", "0x11112222333344445", "-1", "18446744073709551616"})
    void whatIsNoAddressIsRefused(String text) {
        UserError refusal = assertThrows(UserError.class, () -> Addresses.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).contains("address"));
    }
}
