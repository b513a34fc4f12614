package dev.tablewalk.cypher.saved;

import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The leading comment lines of a file: {@code // key: value}, and lines that go on with {@code //}
 * and three blanks or more. In SQL they begin with {@code --}.
 */
final class FrontMatter {
    private static final Pattern KEY = Pattern.compile(" ([a-z][a-z-]*):(?: +(.*))?");
    private static final Pattern MORE = Pattern.compile(" {3,}(.*)");

    private final String file;
    private final String mark;
    private final List<Field> fields = new ArrayList<>();
    private final String rest;

    /** One key and its value, of one line or several. */
    record Field(int line, String key, String value) {}

    /**
     * Reads it.
     *
     * @param mark what a comment begins with
     */
    FrontMatter(String file, String text, String mark) {
        this.file = file;
        this.mark = mark;
        List<String> lines = text.lines().toList();
        int line = 0;
        while (line < lines.size() && lines.get(line).startsWith(mark)) {
            read(line + 1, lines.get(line).stripTrailing());
            line++;
        }
        rest = String.join("\n", lines.subList(line, lines.size())).strip();
    }

    private void read(int line, String text) {
        String comment = text.substring(mark.length());
        Matcher key = KEY.matcher(comment);
        Matcher more = MORE.matcher(comment);
        if (key.matches()) {
            String value = key.group(2);
            fields.add(new Field(line, key.group(1), value == null ? "" : value.strip()));
        } else if (more.matches() && !fields.isEmpty()) {
            Field last = fields.removeLast();
            String value = (last.value() + " " + more.group(1)).strip();
            fields.add(new Field(last.line(), last.key(), value));
        } else {
            throw wrong(
                    line,
                    "'"
                            + text
                            + "' is neither '"
                            + mark
                            + " key: value' nor, with three blanks, the rest of"
                            + " the line above");
        }
    }

    /** All fields, in the file's order. */
    List<Field> fields() {
        return fields;
    }

    /** What stands behind the leading comment lines. */
    String rest() {
        return rest;
    }

    /** The fields of a key that may repeat. */
    List<Field> all(String key) {
        return fields.stream().filter(field -> field.key().equals(key)).toList();
    }

    /** The field of a key that must not repeat, or null. */
    @Nullable Field optional(String key) {
        List<Field> found = all(key);
        if (found.size() > 1) {
            throw wrong(
                    found.get(1).line(),
                    "'"
                            + key
                            + "' stands a second time; line "
                            + found.getFirst().line()
                            + " has it");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The field of a key that must stand once. */
    Field required(String key) {
        Field field = optional(key);
        if (field == null) {
            throw wrong(
                    1,
                    "'" + key + "' is missing: the first lines need '" + mark + " " + key + ": …'");
        }
        return field;
    }

    /** An error that names the file and the line. */
    UserError wrong(int line, String what) {
        return UserError.input(file + ":" + line + ": " + what);
    }
}
