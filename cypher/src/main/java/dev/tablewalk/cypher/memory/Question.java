package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Clause.Projection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A question in the part of Cypher that can be answered from memory: the clauses, expressions and
 * functions that the constraints use, and the procedures {@code tw.tables}, {@code tw.places} and
 * {@code tw.leaves}. The answer is Neo4j's, but for the order of rows that the question does not
 * sort.
 */
public final class Question {
    /** Of an answer, which is held as a whole. */
    private static final int MOST_ROWS = 200_000;

    private final List<Clause> clauses;
    private final Set<String> keys = new TreeSet<>(MemorySpaces.KEYS);

    private Question(List<Clause> clauses, String cypher) {
        this.clauses = clauses;
        List<Words.Word> words = Words.of(cypher);
        for (Words.Word word : words) {
            if (word.kind() == Words.Kind.NAME) {
                keys.add(word.text());
            }
        }
    }

    /** The question that a text asks; empty if it takes more of Cypher than that. */
    public static Optional<Question> of(String cypher) {
        try {
            return Optional.of(new Question(Parser.parse(cypher), cypher));
        } catch (NotUnderstoodException e) {
            return Optional.empty();
        }
    }

    /** Names among which all properties are that it asks for. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(keys);
    }

    /** All rows, as {@code Rows} has them. */
    public record Answer(List<String> columns, List<List<@Nullable Object>> rows) {}

    /**
     * Answers it; empty if it turns out to take more of Cypher than this has.
     *
     * @param graph that has its {@link #keys}
     * @param going asked now and then; throws if the question is to end
     * @throws dev.tablewalk.graph.UserError if a value is not as an operator must have it
     * @throws ArithmeticException if a number does not fit
     */
    public Optional<Answer> ask(MemoryGraph graph, Map<String, Object> parameters, Runnable going) {
        going.run();
        try {
            Compiler compiler = new Compiler(graph, parameters, going);
            Compiler.Steps steps = compiler.steps(clauses, Scope.EMPTY);
            List<String> columns =
                    ((Projection) clauses.getLast())
                            .items().stream().map(Projection.Item::as).toList();
            int[] slots = columns.stream().mapToInt(steps.scope()::slot).toArray();
            List<List<@Nullable Object>> rows = new ArrayList<>();
            Flow flow =
                    steps.step()
                            .into(
                                    frame -> {
                                        requireRoom(rows.size(), MOST_ROWS);
                                        rows.add(row(frame, slots));
                                        return true;
                                    });
            @Nullable Object[] frame = new @Nullable Object[compiler.slots()];
            flow.row(frame);
            flow.end(frame);
            return Optional.of(new Answer(columns, rows));
        } catch (NotUnderstoodException e) {
            return Optional.empty();
        }
    }

    /** Says that memory is not the place for so much. */
    static void requireRoom(int rows, int most) {
        if (rows >= most) {
            throw new NotUnderstoodException("more than " + most + " rows at a time");
        }
    }

    private static List<@Nullable Object> row(@Nullable Object[] frame, int[] slots) {
        List<@Nullable Object> row = new ArrayList<>(slots.length);
        for (int slot : slots) {
            row.add(plain(frame[slot]));
        }
        return Collections.unmodifiableList(row);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Item _ -> throw new NotUnderstoodException("a node or relationship as an answer");
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>(list.size());
                list.forEach(each -> plain.add(plain(each)));
                yield Collections.unmodifiableList(plain);
            }
            case Map<?, ?> _ -> throw new NotUnderstoodException("a map as an answer");
            case null -> null;
            default -> value;
        };
    }
}
