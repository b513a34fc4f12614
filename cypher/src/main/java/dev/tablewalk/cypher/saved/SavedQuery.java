package dev.tablewalk.cypher.saved;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question kept in a file, and what that file says of it.
 *
 * @param id unique in a library; the file's name without {@code .cypher}
 * @param category name of the folder that it is in
 * @param title a line
 * @param subject what it can be asked of
 * @param severity of each row; null for a report
 * @param meaning what a row means, for someone who does not know the kernel well
 * @param columns of the answer, in order
 * @param identity what a row is known by on another day
 * @param falsePositives what may be found though all is well
 * @param sources where the kernel's source says so
 * @param replacesBuiltIn whether it stands for a built-in of the same id
 * @param cypher the question alone; of a data set, in SQL
 * @param origin {@link #BUILT_IN}, or the file that it was read from
 */
public record SavedQuery(
        String id,
        String category,
        String title,
        Kind kind,
        Subject subject,
        @Nullable Severity severity,
        String meaning,
        List<Parameter> parameters,
        List<Column> columns,
        Identity identity,
        List<String> falsePositives,
        List<String> sources,
        boolean replacesBuiltIn,
        String cypher,
        String origin) {
    /** Origin of a query that comes with tablewalk. */
    public static final String BUILT_IN = "built-in";

    /** What its rows are. */
    public enum Kind {
        /** Each row is a violation. */
        CONSTRAINT,
        /** Rows are facts, good or bad. */
        REPORT;

        /** As it is written in a query's file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it is asked of. */
    public enum Subject {
        /** One moment of a guest. */
        CHECKPOINT,
        /** Both sides of a diff, in one graph. */
        DIFF,
        /** A data set of many checkpoints; such a question is in SQL. */
        FLEET;

        /** As it is written in a query's file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Asks whether it can be asked of a checkpoint. A report of one moment can be asked of a diff:
     * it tells of both sides.
     *
     * @throws UserError if it can not
     */
    public void requireSubject(CheckpointInfo checkpoint) {
        if (subject == Subject.DIFF && !checkpoint.isDiff()) {
            throw UserError.input(
                    id
                            + " asks what changed, and "
                            + checkpoint.name()
                            + " is no diff: make one with tablewalk diff BEFORE AFTER --as NAME");
        }
    }

    /**
     * A {@code $name} of the question.
     *
     * @param standard its value if none is given; null if one must be
     */
    public record Parameter(
            String name, ParameterType type, @Nullable Object standard, String meaning) {}

    /** A column of the answer. */
    public record Column(String name, ColumnType type, String meaning) {}

    /** Whether it comes with tablewalk. */
    public boolean isBuiltIn() {
        return origin.equals(BUILT_IN);
    }

    /** Names of its columns. */
    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /**
     * Values of all its parameters: those given, as they were typed, and the standard ones.
     *
     * @param given by name; what is not this query's is passed over
     * @throws UserError if a value is not of its parameter's type, or one that must be given is not
     */
    public Map<String, Object> values(Map<String, String> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            String text = given.get(parameter.name());
            Object value = text == null ? parameter.standard() : parse(parameter, text);
            if (value == null) {
                throw UserError.input(
                        "query "
                                + id
                                + " needs a value for $"
                                + parameter.name()
                                + " ("
                                + parameter.meaning()
                                + "): give it with -p "
                                + parameter.name()
                                + "=…");
            }
            values.put(parameter.name(), value);
        }
        return values;
    }

    /**
     * Asks whether the values given for its parameters are of their types.
     *
     * @throws UserError if one is not
     */
    public void requireTypes(Map<String, String> given) {
        for (Parameter parameter : parameters) {
            String text = given.get(parameter.name());
            if (text != null) {
                parse(parameter, text);
            }
        }
    }

    private Object parse(Parameter parameter, String text) {
        Object value = parameter.type().parse(text);
        if (value == null) {
            throw UserError.input(
                    "parameter "
                            + parameter.name()
                            + " of query "
                            + id
                            + " is "
                            + parameter.type().words()
                            + ", and '"
                            + text
                            + "' is not");
        }
        return value;
    }
}
