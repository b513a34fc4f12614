package dev.tablewalk.cli.output;

import org.jspecify.annotations.Nullable;

/**
 * Text from a guest, made safe to print: a task may be called anything, and a terminal obeys what
 * it is sent.
 */
public final class Printable {
    private Printable() {}

    /**
     * The text with each control, formatting and line-separating character, each half of a broken
     * surrogate pair and each noncharacter, written as an escape: {@code \n}, {@code \t}, {@code
     * \r}, {@code \x1b}, <code>&#92;u202e</code>. A backslash stays as it is.
     */
    public static String of(String text) {
        int clean = 0;
        while (clean < text.length() && isPlainAscii(text.charAt(clean))) {
            clean++;
        }
        if (clean == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, clean);
        text.codePoints().skip(clean).forEach(c -> append(out, c));
        return out.toString();
    }

    private static boolean isPlainAscii(char c) {
        return c >= ' ' && c < 0x7f;
    }

    private static void append(StringBuilder out, int c) {
        @Nullable String escape =
                switch (c) {
                    case '\n' -> "\\n";
                    case '\t' -> "\\t";
                    case '\r' -> "\\r";
                    default -> isHarmless(c) ? null : numbered(c);
                };
        if (escape == null) {
            out.appendCodePoint(c);
        } else {
            out.append(escape);
        }
    }

    private static boolean isHarmless(int c) {
        boolean noncharacter = (c & 0xfffe) == 0xfffe;
        return !noncharacter && isHarmlessCharacter(c);
    }

    private static boolean isHarmlessCharacter(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }

    private static String numbered(int c) {
        return c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u%04x", c);
    }
}
