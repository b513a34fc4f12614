package dev.tablewalk.cypher;

/** Text from elsewhere, made fit to stand in a one-line message. */
final class Text {
    private Text() {}

    /** The text without line breaks and other control characters, cut at {@code max} characters. */
    static String oneLine(String text, int max) {
        StringBuilder line = new StringBuilder();
        boolean blank = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isWhitespace(c) || Character.isISOControl(c)) {
                blank = !line.isEmpty();
                continue;
            }
            if (line.length() >= max) {
                return line + "…";
            }
            if (blank) {
                line.append(' ');
                blank = false;
            }
            // Formatting characters (text direction, joiners) could disguise what is printed.
            line.appendCodePoint(Character.getType(c) == Character.FORMAT ? '?' : c);
        }
        return line.toString();
    }
}
