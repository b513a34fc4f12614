package dev.tablewalk.cypher;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Result;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/** Rows of a running query, in a transaction of its own that ends with them. */
final class QueryRows implements Rows {
    private final InternalTransaction transaction;
    private final Result result;
    private final List<String> columns;

    private QueryRows(InternalTransaction transaction, Result result) {
        this.transaction = transaction;
        this.result = result;
        this.columns = List.copyOf(result.columns());
    }

    static Rows run(
            InternalTransaction transaction, String cypher, Map<String, Object> parameters) {
        boolean running = false;
        try {
            Rows rows =
                    failingAsUserError(
                            () ->
                                    new QueryRows(
                                            transaction, transaction.execute(cypher, parameters)));
            running = true;
            return rows;
        } finally {
            if (!running) {
                transaction.close();
            }
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public boolean hasNext() {
        return failingAsUserError(result::hasNext);
    }

    @Override
    public List<@Nullable Object> next() {
        Map<String, Object> values = failingAsUserError(result::next);
        List<@Nullable Object> row = new ArrayList<>(columns.size());
        for (String column : columns) {
            row.add(Values.of(values.get(column)));
        }
        return Collections.unmodifiableList(row);
    }

    @Override
    public void close() {
        try {
            result.close();
        } finally {
            transaction.close();
        }
    }

    private static <T> T failingAsUserError(Supplier<T> action) {
        try {
            return action.get();
        } catch (RuntimeException e) {
            throw QueryFailure.toUserError(e);
        }
    }
}
