package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;

/** What a failed query tells the user. */
final class QueryFailure {
    private QueryFailure() {}

    /**
     * The failure as one line, with Neo4j's own message; a failure that is not the query's (a bug,
     * say) is thrown as it is.
     */
    static UserError toUserError(RuntimeException failure) {
        return UserError.input(String.valueOf(failure.getMessage()), failure);
    }
}
