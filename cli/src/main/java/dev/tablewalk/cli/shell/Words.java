package dev.tablewalk.cli.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a command: apart by spaces, except in quotes and in the brackets of JSON. A value
 * that is quoted as a whole loses its quotes: {@code comm='kworker/0:1 H'}.
 */
final class Words {
    private Words() {}

    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        char quote = 0;
        for (int i = 0; i <= line.length(); i++) {
            char c = i < line.length() ? line.charAt(i) : ' ';
            boolean end = i == line.length();
            if (end || (c == ' ' && quote == 0 && depth == 0)) {
                if (!word.isEmpty()) {
                    words.add(unquoted(word.toString()));
                    word.setLength(0);
                }
                continue;
            }
            boolean begins = word.isEmpty() || word.charAt(word.length() - 1) == '=';
            boolean escaped = !word.isEmpty() && word.charAt(word.length() - 1) == '\\';
            word.append(c);
            if (quote != 0) {
                quote = c == quote && !escaped ? 0 : quote;
            } else if (depth > 0 ? c == '"' : begins && (c == '"' || c == '\'')) {
                quote = c;
            } else if ((c == '[' || c == '{') && (begins || depth > 0)) {
                depth++;
            } else if (c == ']' || c == '}') {
                depth = Math.max(0, depth - 1);
            }
        }
        return words;
    }

    /** A word, or the value of a {@code key=value}, without the quotes around it. */
    private static String unquoted(String word) {
        int begin = word.indexOf('=') + 1;
        if (begin > 0 && (word.startsWith("'") || word.startsWith("\""))) {
            begin = 0;
        }
        String value = word.substring(begin);
        boolean quoted =
                value.length() > 1
                        && (value.charAt(0) == '\'' || value.charAt(0) == '"')
                        && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? word.substring(0, begin) + value.substring(1, value.length() - 1) : word;
    }
}
