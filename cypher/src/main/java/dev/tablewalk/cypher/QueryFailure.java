package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import java.util.regex.Pattern;
import org.neo4j.graphdb.QueryExecutionException;
import org.neo4j.kernel.api.exceptions.Status;

/** What a failed query tells the user. */
final class QueryFailure {
    private static final int LONGEST = 600;
    private static final Pattern OFFSET = Pattern.compile(" \\(offset: \\d+\\)");

    private QueryFailure() {}

    /**
     * The failure as one line, mostly Neo4j's own; a failure that is nobody's but the program's is
     * given back as it is.
     */
    static RuntimeException of(RuntimeException failure, String checkpoint, QueryStop stop) {
        String reason = stop.reason();
        if (reason != null) {
            return UserError.input("the query was stopped " + reason, failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UserError own) {
                return own == failure ? own : UserError.input(oneLine(own), failure);
            }
        }
        String text = status(failure);
        if (text.contains("ReadOnly") || text.contains("Forbidden")) {
            return UserError.input(
                    "checkpoint '"
                            + checkpoint
                            + "' does not change, and the query would change it or Neo4j: "
                            + oneLine(failure),
                    failure);
        }
        if (text.startsWith("Neo.ClientError.") || text.startsWith("Neo.TransientError.")) {
            return UserError.input(oneLine(failure), failure);
        }
        return failure;
    }

    /** Neo4j's code of the failure, such as Neo.ClientError.Statement.SyntaxError, or nothing. */
    private static String status(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof QueryExecutionException known) {
                return known.getStatusCode();
            }
            if (cause instanceof Status.HasStatus known) {
                return known.status().code().serialize();
            }
        }
        return "";
    }

    /** Neo4j's message, without the copy of the query and the pointer under it. */
    private static String oneLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        int echo = message.indexOf("\n\"");
        return Text.oneLine(
                OFFSET.matcher(echo < 0 ? message : message.substring(0, echo)).replaceAll(""),
                LONGEST);
    }
}
