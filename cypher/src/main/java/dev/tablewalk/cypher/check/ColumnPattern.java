package dev.tablewalk.cypher.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a column of an accepted finding must hold. It is written as the text itself, in which {@code
 * *} stands for any characters and a backslash takes the next one as it is; in JSON's quotes where
 * the bare text would not be read back; as {@code null}, a number, {@code true} or a JSON list
 * where the column holds that.
 */
public final class ColumnPattern {
    private static final String NULL = "null";
    private static final Pattern ESCAPED = Pattern.compile("\\\\.", Pattern.DOTALL);
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final String written;
    private final @Nullable Pattern pattern;
    private final boolean isOpen;

    private ColumnPattern(String written, @Nullable Pattern pattern, boolean isOpen) {
        this.written = written;
        this.pattern = pattern;
        this.isOpen = isOpen;
    }

    private ColumnPattern(String written, String glob) {
        this(written, glob(glob), ESCAPED.matcher(glob).replaceAll("").contains("*"));
    }

    /** Whether several values may match it. */
    boolean isOpen() {
        return isOpen;
    }

    /** What matches this value and no other. */
    static ColumnPattern of(@Nullable Object value) {
        if (value == null) {
            return new ColumnPattern(NULL, null, false);
        }
        if (!(value instanceof String text)) {
            return parse(json(value));
        }
        String glob = text.replace("\\", "\\\\").replace("*", "\\*");
        return parse(isPlain(glob) ? glob : json(glob));
    }

    /**
     * What stands in a file.
     *
     * @throws IllegalArgumentException if it begins as JSON and is none, or ends with a backslash
     */
    public static ColumnPattern parse(String written) {
        if (written.equals(NULL)) {
            return new ColumnPattern(NULL, null, false);
        }
        try {
            if (written.startsWith("\"")) {
                String text = JSON.readValue(written, String.class);
                return new ColumnPattern(isPlain(text) ? text : json(text), text);
            }
            if (written.startsWith("[")) {
                String list = json(JSON.readValue(written, List.class));
                return new ColumnPattern(list, Pattern.compile(Pattern.quote(list)), false);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'" + written + "' is not JSON", e);
        }
        return new ColumnPattern(written, written);
    }

    /** Whether a value is what it asks for. */
    boolean matches(@Nullable Object value) {
        if (value == null || pattern == null) {
            return value == null && pattern == null;
        }
        return pattern.matcher(value instanceof String text ? text : json(value)).matches();
    }

    /** As a file has it: one line, of nothing that a terminal obeys. */
    @Override
    public String toString() {
        return written;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ColumnPattern that && written.equals(that.written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    private static Pattern glob(String text) {
        StringBuilder regex = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                regex.append(Pattern.quote(literal.toString())).append(".*");
                literal.setLength(0);
                continue;
            }
            if (c == '\\') {
                if (++i == text.length()) {
                    throw new IllegalArgumentException("'" + text + "' ends with a backslash");
                }
                c = text.charAt(i);
            }
            literal.append(c);
        }
        regex.append(Pattern.quote(literal.toString()));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && !text.equals(NULL)
                && !text.startsWith("\"")
                && !text.startsWith("[")
                && text.strip().equals(text)
                && text.codePoints().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column's value cannot be written", e);
        }
    }
}
