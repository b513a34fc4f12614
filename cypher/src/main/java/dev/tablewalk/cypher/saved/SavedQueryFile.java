package dev.tablewalk.cypher.saved;

import dev.tablewalk.cypher.saved.FrontMatter.Field;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.cypher.saved.SavedQuery.Kind;
import dev.tablewalk.cypher.saved.SavedQuery.Parameter;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.UserError;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a saved query; every error names the file and the line. */
final class SavedQueryFile {
    /** The languages of questions, and what their files' names end in. */
    enum Language {
        CYPHER("Cypher", ".cypher", "//"),
        SQL("SQL", ".sql", "--");

        private final String text;
        private final String suffix;
        private final String mark;

        Language(String text, String suffix, String mark) {
            this.text = text;
            this.suffix = suffix;
            this.mark = mark;
        }

        String suffix() {
            return suffix;
        }
    }

    private static final List<String> KEYS =
            List.of(
                    "id",
                    "title",
                    "kind",
                    "of",
                    "severity",
                    "meaning",
                    "param",
                    "column",
                    "identity",
                    "accept",
                    "false-positive",
                    "source",
                    "replaces");
    private static final String BY_NUMBER = "by number";
    private static final List<String> BY = List.of("by identity", BY_NUMBER);
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z][A-Za-z0-9_]*) +([a-z]+) *(.*)");
    private static final Pattern COLUMN =
            Pattern.compile("([A-Za-z][A-Za-z0-9_]*) +([a-z]+) *\\| *(.*)");

    private final FrontMatter front;
    private final Language language;
    private final String category;
    private final String origin;

    private SavedQueryFile(FrontMatter front, Language language, String category, String origin) {
        this.front = front;
        this.language = language;
        this.category = category;
        this.origin = origin;
    }

    /**
     * Reads one.
     *
     * @param file its path, for messages
     * @param name the last part of that
     * @param origin as {@link SavedQuery#origin}
     * @throws UserError if it is not as it must be
     */
    static SavedQuery parse(String file, String name, String category, String origin, String text) {
        Language language = name.endsWith(Language.SQL.suffix) ? Language.SQL : Language.CYPHER;
        FrontMatter front = new FrontMatter(file, text, language.mark);
        return new SavedQueryFile(front, language, category, origin)
                .parse(name.substring(0, name.length() - language.suffix.length()));
    }

    private SavedQuery parse(String fileId) {
        for (Field field : front.fields()) {
            if (!KEYS.contains(field.key())) {
                throw wrong(
                        field,
                        "unknown key '" + field.key() + "': there are " + String.join(", ", KEYS));
            }
            if (field.value().isEmpty()) {
                throw wrong(field, "'" + field.key() + "' has no value");
            }
        }
        String id = id(fileId);
        Kind kind = choice(Kind.class, front.required("kind"));
        List<Column> columns = columns();
        SavedQuery query =
                new SavedQuery(
                        id,
                        category,
                        front.required("title").value(),
                        kind,
                        subject(),
                        severity(kind),
                        front.required("meaning").value(),
                        parameters(),
                        columns,
                        identity(kind, columns),
                        front.all("false-positive").stream().map(Field::value).toList(),
                        front.all("source").stream().map(Field::value).toList(),
                        replaces(),
                        front.rest(),
                        origin);
        if (query.cypher().isEmpty()) {
            throw front.wrong(1, "no " + language.text + " follows the leading comment lines");
        }
        return query;
    }

    private String id(String fileId) {
        Field id = front.required("id");
        if (!ID.matcher(id.value()).matches()) {
            throw wrong(id, "id '" + id.value() + "' is not lower_snake_case");
        }
        if (!id.value().equals(fileId)) {
            throw wrong(id, "id '" + id.value() + "' is not the file's name, '" + fileId + "'");
        }
        return id.value();
    }

    private Subject subject() {
        Field of = front.optional("of");
        Subject subject = of == null ? Subject.CHECKPOINT : choice(Subject.class, of);
        if ((subject == Subject.FLEET) != (language == Language.SQL)) {
            throw front.wrong(
                    of == null ? 1 : of.line(), "a question in SQL, and no other, is 'of: fleet'");
        }
        return subject;
    }

    private @Nullable Severity severity(Kind kind) {
        Field severity = front.optional("severity");
        if (kind == Kind.CONSTRAINT) {
            return choice(Severity.class, front.required("severity"));
        }
        if (severity != null) {
            throw wrong(severity, "a report has no severity");
        }
        return null;
    }

    private boolean replaces() {
        Field replaces = front.optional("replaces");
        if (replaces == null) {
            return false;
        }
        if (origin.equals(SavedQuery.BUILT_IN)) {
            throw wrong(replaces, "only a query of one's own replaces another");
        }
        if (!replaces.value().equals(SavedQuery.BUILT_IN)) {
            throw wrong(replaces, "'replaces' can only be '" + SavedQuery.BUILT_IN + "'");
        }
        return true;
    }

    private List<Parameter> parameters() {
        Set<String> names = new HashSet<>();
        return front.all("param").stream()
                .map(
                        field -> {
                            Parameter parameter = parameter(field);
                            if (!names.add(parameter.name())) {
                                throw wrong(field, "a second '" + parameter.name() + "'");
                            }
                            return parameter;
                        })
                .toList();
    }

    /** {@code name type = default | meaning}, where the default may hold a bar too. */
    private Parameter parameter(Field field) {
        Matcher match = PARAMETER.matcher(field.value());
        if (!match.matches()) {
            throw shape(field, "name type = default | meaning");
        }
        ParameterType type = choice(ParameterType.class, field, match.group(2));
        String name = match.group(1);
        String rest = match.group(3);
        if (rest.startsWith("|")) {
            return new Parameter(name, type, null, meaning(field, rest.substring(1)));
        }
        if (!rest.startsWith("=") || rest.indexOf('|') < 0) {
            throw shape(field, "name type = default | meaning");
        }
        for (int bar = rest.indexOf('|'); bar >= 0; bar = rest.indexOf('|', bar + 1)) {
            Object standard = type.json(rest.substring(1, bar).strip());
            if (standard != null) {
                String meaning = meaning(field, rest.substring(bar + 1));
                return new Parameter(name, type, standard, meaning);
            }
        }
        throw wrong(field, "the default of '" + name + "' is not " + type + " in JSON");
    }

    private List<Column> columns() {
        Set<String> names = new HashSet<>();
        List<Column> columns =
                front.all("column").stream()
                        .map(
                                field -> {
                                    Column column = column(field);
                                    if (!names.add(column.name())) {
                                        throw wrong(field, "a second '" + column.name() + "'");
                                    }
                                    return column;
                                })
                        .toList();
        if (columns.isEmpty()) {
            throw front.wrong(1, "'column' is missing: each column of the answer needs one");
        }
        return columns;
    }

    private Column column(Field field) {
        Matcher match = COLUMN.matcher(field.value());
        if (!match.matches()) {
            throw shape(field, "name type | meaning");
        }
        return new Column(
                match.group(1),
                choice(ColumnType.class, field, match.group(2)),
                meaning(field, match.group(3)));
    }

    private Identity identity(Kind kind, List<Column> columns) {
        Field named = front.optional("identity");
        Field accept = front.optional("accept");
        for (Field field : new Field[] {named, accept}) {
            if (field != null && kind != Kind.CONSTRAINT) {
                throw wrong(field, "a report finds nothing that could be accepted");
            }
        }
        if (accept != null && !BY.contains(accept.value())) {
            throw wrong(accept, "'" + accept.value() + "' is none of " + String.join(", ", BY));
        }
        boolean byNumber = accept != null && accept.value().equals(BY_NUMBER);
        if (named == null) {
            Identity standard = Identity.of(columns);
            return new Identity(standard.columns(), byNumber || standard.byNumber());
        }
        if (named.value().equals("none")) {
            if (!byNumber) {
                throw wrong(named, "'identity: none' needs '// accept: " + BY_NUMBER + "'");
            }
            return new Identity(List.of(), true);
        }
        return new Identity(identity(named, columns), byNumber);
    }

    private List<String> identity(Field named, List<Column> columns) {
        List<String> there = columns.stream().map(Column::name).toList();
        List<String> names = List.of(named.value().split(" *, *", -1));
        for (String name : names) {
            if (!there.contains(name)) {
                throw wrong(named, "no column '" + name + "'");
            }
        }
        if (Set.copyOf(names).size() < names.size()) {
            throw wrong(named, "it names a column twice");
        }
        return names;
    }

    private String meaning(Field field, String text) {
        if (text.isBlank()) {
            throw wrong(field, "no meaning stands behind the |");
        }
        return text.strip();
    }

    private <E extends Enum<E>> E choice(Class<E> type, Field field) {
        return choice(type, field, field.value());
    }

    private <E extends Enum<E>> E choice(Class<E> type, Field field, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.toString().equals(text)) {
                return constant;
            }
        }
        throw wrong(
                field,
                "'"
                        + text
                        + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")));
    }

    private UserError shape(Field field, String shape) {
        return wrong(field, "'" + field.value() + "' is not '" + field.key() + ": " + shape + "'");
    }

    private UserError wrong(Field field, String what) {
        return front.wrong(field.line(), what);
    }
}
