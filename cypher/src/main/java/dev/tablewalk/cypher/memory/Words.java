package dev.tablewalk.cypher.memory;

import java.util.ArrayList;
import java.util.List;

/** Cuts a question into words. */
final class Words {
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SIGN,
        END
    }

    record Word(Kind kind, String text) {}

    private static final List<String> LONG_SIGNS = List.of("<>", "<=", ">=", "..", "<-", "->");

    private final String text;
    private int at;

    private Words(String text) {
        this.text = text;
    }

    static List<Word> of(String text) {
        Words words = new Words(text);
        List<Word> all = new ArrayList<>();
        do {
            all.add(words.next());
        } while (all.getLast().kind != Kind.END);
        return all;
    }

    private Word next() {
        skip();
        if (at == text.length()) {
            return new Word(Kind.END, "");
        }
        char first = text.charAt(at);
        int begin = at;
        if (Character.isLetter(first) || first == '_') {
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            return new Word(Kind.NAME, text.substring(begin, at));
        }
        if (isDigit(first)) {
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            return new Word(Kind.NUMBER, text.substring(begin, at));
        }
        if (first == '\'') {
            return quoted();
        }
        String sign =
                LONG_SIGNS.stream()
                        .filter(each -> text.startsWith(each, begin))
                        .findFirst()
                        .orElse(String.valueOf(first));
        at += sign.length();
        return new Word(Kind.SIGN, sign);
    }

    private Word quoted() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            throw new NotUnderstoodException("a text that escapes characters");
        }
        Word word = new Word(Kind.TEXT, text.substring(at + 1, end));
        at = end + 1;
        return word;
    }

    private void skip() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
