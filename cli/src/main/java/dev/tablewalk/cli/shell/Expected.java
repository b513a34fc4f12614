package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.input.Vocabulary;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What could be typed next.
 *
 * @param kind of words that fit
 * @param word its beginning, as far as it is typed
 * @param owner what the word belongs to: the label or type of a property, the command of an
 *     argument, the words before a command's word; empty if that is not known
 */
record Expected(Kind kind, String word, String owner) {
    /** Kinds of words. */
    enum Kind {
        NOTHING,
        /** Keywords and functions. */
        CYPHER,
        /** What follows {@code tw.} and its like. */
        QUALIFIED,
        LABEL,
        TYPE,
        PROPERTY,
        PARAMETER,
        COMMAND,
        ARGUMENT
    }

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]*$");
    private static final Pattern OF_VARIABLE = Pattern.compile("([A-Za-z_]\\w*)\\s*\\.$");

    /** The inside of a node or a relationship pattern, up to a label or type. */
    private static final Pattern TYPED =
            Pattern.compile("\\s*\\w*\\s*(:\\s*(!?\\w+\\s*[|&:]\\s*)*!?)$");

    private static final Pattern LABELLED = Pattern.compile("\\w\\s*:\\s*$");
    private static final Pattern MAP_KEY = Pattern.compile("\\s*$|.*,\\s*$", Pattern.DOTALL);
    private static final Pattern MAP_OWNER = Pattern.compile("[:|&]\\s*!?(\\w+)\\s*$");
    private static final Pattern PATTERN_END = Pattern.compile("[(\\[]\\s*\\w*\\s*$");

    /** What could follow a text, of which only the last statement or command matters. */
    static Expected after(String text) {
        StatementScanner scanner = new StatementScanner();
        scanner.add(text);
        return switch (scanner.place()) {
            case COMMAND -> command(scanner.pending().stripLeading());
            case CODE -> statement(scanner.pending());
            case QUOTED, COMMENT -> new Expected(Kind.NOTHING, "", "");
        };
    }

    private static Expected command(String line) {
        int space = line.indexOf(' ');
        if (space < 0) {
            return new Expected(Kind.COMMAND, line, "");
        }
        int last = line.lastIndexOf(' ');
        return new Expected(Kind.ARGUMENT, line.substring(last + 1), line.substring(1, last + 1));
    }

    private static Expected statement(String code) {
        Matcher end = WORD.matcher(code);
        String word = end.find() ? end.group() : "";
        String before = code.substring(0, code.length() - word.length());
        if (before.endsWith("$")) {
            return new Expected(Kind.PARAMETER, word, "");
        }
        if (before.endsWith(".")) {
            return afterDot(code, before, word);
        }
        int open = innermost(before);
        char bracket = open < 0 ? ' ' : before.charAt(open);
        String inside = before.substring(open + 1);
        if ((bracket == '(' || bracket == '[') && TYPED.matcher(inside).matches()) {
            return new Expected(bracket == '(' ? Kind.LABEL : Kind.TYPE, word, "");
        }
        if (bracket == '{') {
            String map = before.substring(0, open);
            Matcher owner = MAP_OWNER.matcher(map);
            boolean owned = owner.find();
            if (owned || PATTERN_END.matcher(map).find()) {
                return MAP_KEY.matcher(inside).matches()
                        ? new Expected(Kind.PROPERTY, word, owned ? owner.group(1) : "")
                        : new Expected(Kind.CYPHER, word, "");
            }
        }
        return LABELLED.matcher(before).find() && bracket != '{'
                ? new Expected(Kind.LABEL, word, "")
                : new Expected(Kind.CYPHER, word, "");
    }

    private static Expected afterDot(String code, String before, String word) {
        Matcher variable = OF_VARIABLE.matcher(before);
        if (!variable.find()) {
            return new Expected(Kind.NOTHING, word, "");
        }
        String name = variable.group(1);
        if (Vocabulary.isNamespace(name)) {
            return new Expected(Kind.QUALIFIED, word, name);
        }
        Matcher typed = Pattern.compile("[(\\[,]\\s*" + name + "\\s*:\\s*(\\w+)").matcher(code);
        return new Expected(Kind.PROPERTY, word, typed.find() ? typed.group(1) : "");
    }

    /** Where the innermost bracket that is open at the end was opened; -1 if none is. */
    private static int innermost(String code) {
        int depth = 0;
        for (int i = code.length() - 1; i >= 0; i--) {
            char c = code.charAt(i);
            if (c == ')' || c == ']' || c == '}') {
                depth++;
            } else if (c == '(' || c == '[' || c == '{') {
                if (depth == 0) {
                    return i;
                }
                depth--;
            }
        }
        return -1;
    }
}
