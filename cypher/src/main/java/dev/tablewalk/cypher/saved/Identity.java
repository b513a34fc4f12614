package dev.tablewalk.cypher.saved;

import dev.tablewalk.cypher.saved.SavedQuery.Column;
import java.util.List;
import java.util.Set;

/**
 * What a constraint's finding is known by on another day: at the next checkpoint, and after the
 * next boot, when addresses, pids and frames are others.
 *
 * @param columns names of the columns that tell findings apart
 * @param byNumber whether those say too little to accept all that agree in them: then findings are
 *     accepted up to a number
 */
public record Identity(List<String> columns, boolean byNumber) {
    /** Columns of text in which queries return a kernel address, by the names of the graph. */
    private static final Set<String> ADDRESSES = Set.of("address", "mm", "detail");

    /**
     * That of a query which does not say: its columns of text and truth values, but for those that
     * hold addresses by their name. Without any of these findings are accepted by their number.
     */
    static Identity of(List<Column> columns) {
        List<String> names =
                columns.stream()
                        .filter(
                                column ->
                                        column.type() == ColumnType.TEXT
                                                || column.type() == ColumnType.BOOLEAN)
                        .map(Column::name)
                        .filter(name -> !ADDRESSES.contains(name))
                        .toList();
        return new Identity(names, names.isEmpty());
    }
}
