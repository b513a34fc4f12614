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
    private final String checkpoint;
    private final InternalTransaction transaction;
    private final Result result;
    private final QueryStop stop;
    private final QueryStops stops;
    private final List<String> columns;

    private QueryRows(
            String checkpoint,
            InternalTransaction transaction,
            Result result,
            QueryStop stop,
            QueryStops stops) {
        this.checkpoint = checkpoint;
        this.transaction = transaction;
        this.result = result;
        this.stop = stop;
        this.stops = stops;
        this.columns = List.copyOf(result.columns());
    }

    /**
     * Begins a query; the transaction is closed with the rows, or at once if this fails.
     *
     * @param checkpoint its name, for messages
     * @param stop of this query alone
     * @param stops of all that its command asks
     */
    static Rows run(
            String checkpoint,
            InternalTransaction transaction,
            String cypher,
            Map<String, Object> parameters,
            QueryStop stop,
            QueryStops stops) {
        stops.begin(stop);
        try {
            stop.begin(transaction);
            Result result = transaction.execute(cypher, parameters);
            return new QueryRows(checkpoint, transaction, result, stop, stops);
        } catch (RuntimeException e) {
            stop.end();
            stops.end(stop);
            transaction.close();
            throw QueryFailure.of(e, checkpoint, stop);
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
        stop.end();
        stops.end(stop);
        try {
            result.close();
        } finally {
            transaction.close();
        }
    }

    /** Rows that Neo4j has at hand it gives though the transaction was stopped. */
    private <T> T failingAsUserError(Supplier<T> action) {
        try {
            stop.requireGoing();
            return action.get();
        } catch (RuntimeException e) {
            throw QueryFailure.of(e, checkpoint, stop);
        }
    }
}
