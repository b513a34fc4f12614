package dev.tablewalk.cli.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as commands print them in JSON, but for two things: an integer that JavaScript would round
 * is text, and text has nothing in it that is not seen, so that a guest cannot hide words in names.
 */
final class Plain {
    /** JavaScript's Number.MAX_SAFE_INTEGER. */
    private static final long MOST_EXACT = 9_007_199_254_740_991L;

    private Plain() {}

    static @Nullable Object of(@Nullable Object value) {
        StringWriter text = new StringWriter();
        new JsonText(new PrintWriter(text), Terminal.NONE).value(value);
        try {
            return plain(Stdio.JSON.readValue(text.toString(), Object.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case String text -> Printable.of(text);
            case Long number when Math.abs(number) > MOST_EXACT || number == Long.MIN_VALUE ->
                    number.toString();
            case BigInteger number -> number.toString();
            case List<?> list -> {
                List<@Nullable Object> elements = new ArrayList<>();
                list.forEach(element -> elements.add(plain(element)));
                yield elements;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                map.forEach((key, member) -> members.put(Printable.of("" + key), plain(member)));
                yield members;
            }
            case null, default -> value;
        };
    }

    /** How many bytes a value is as JSON. */
    static int bytes(@Nullable Object plain) {
        return text(plain).getBytes(StandardCharsets.UTF_8).length;
    }

    /** A value as JSON. */
    static String text(@Nullable Object plain) {
        try {
            return Stdio.JSON.getObjectMapper().writeValueAsString(plain);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
