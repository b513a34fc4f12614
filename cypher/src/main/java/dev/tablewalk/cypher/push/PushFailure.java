package dev.tablewalk.cypher.push;

import dev.tablewalk.graph.UserError;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.neo4j.driver.exceptions.AuthenticationException;
import org.neo4j.driver.exceptions.ConnectionReadTimeoutException;
import org.neo4j.driver.exceptions.DatabaseException;
import org.neo4j.driver.exceptions.Neo4jException;
import org.neo4j.driver.exceptions.ServiceUnavailableException;
import org.neo4j.driver.exceptions.SessionExpiredException;
import org.neo4j.driver.exceptions.TransientException;

/** Says what a driver's failure is to a user: what is wrong, and what to do. */
final class PushFailure {
    private PushFailure() {}

    /** Of a connection that did not come about. */
    static UserError connecting(RuntimeException failure, PushTarget target) {
        String tls = tls(failure, target);
        if (tls != null) {
            return error(target, tls, failure);
        }
        if (has(failure, UnknownHostException.class)) {
            return error(target, "there is no host of that name", failure);
        }
        if (has(failure, ConnectException.class) || has(failure, TimeoutException.class)) {
            return error(target, "nothing answers there", failure);
        }
        String code = code(failure);
        if (code.startsWith("Neo.")) {
            return writing(failure, target);
        }
        String first = message(failure).split("\\. ", 2)[0];
        return error(target, "what answers there is no Neo4j: " + first, failure);
    }

    private static @Nullable String tls(RuntimeException failure, PushTarget target) {
        if (has(failure, CertificateException.class)) {
            return "its certificate is not one that this JVM trusts for that name: "
                    + message(last(failure));
        }
        return target.uri().getScheme().endsWith("+s") && message(failure).contains("SSL handshake")
                ? "what answers there does not speak TLS: see whether the address is right, with"
                        + " its +s"
                : null;
    }

    /** Of what was asked over a connection. */
    static UserError writing(RuntimeException failure, PushTarget target) {
        return error(target, reason(failure, target), failure);
    }

    private static String reason(RuntimeException failure, PushTarget target) {
        String code = code(failure);
        return switch (code.substring(code.lastIndexOf('.') + 1)) {
            case "Unauthorized" -> "it does not take this password of user " + target.user();
            case "AuthenticationRateLimit" ->
                    "too many wrong passwords of user " + target.user() + ": wait a while";
            case "CredentialsExpired" ->
                    "the first password of user "
                            + target.user()
                            + " must be changed before it can be used: ALTER CURRENT USER SET"
                            + " PASSWORD";
            case "DatabaseNotFound" -> "there is no such database";
            case "Forbidden" ->
                    "user "
                            + target.user()
                            + " may not do this, which takes the rights to write and to make"
                            + " indexes and constraints: "
                            + message(failure);
            case "WriteOnReadOnlyAccessDatabase", "ReadOnly", "ForbiddenOnReadOnlyDatabase" ->
                    "it can only be read";
            case "NotALeader" ->
                    "this server of a cluster does not take writes: use neo4j:// in place of"
                            + " bolt://";
            case "ConstraintCreationFailed", "ConstraintValidationFailed" ->
                    "what is there already is in the way: " + message(failure);
            case "MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError" ->
                    "it has too little memory for a batch: see dbms.memory.transaction.total.max;"
                            + " the same command goes on where it was";
            default -> other(failure);
        };
    }

    private static String other(RuntimeException failure) {
        if (failure instanceof AuthenticationException) {
            return "it does not let this user in: " + message(failure);
        }
        if (message(failure).contains("read only") || message(failure).contains("read-only")) {
            return "it can only be read";
        }
        if (failure instanceof ServiceUnavailableException
                || failure instanceof SessionExpiredException
                || failure instanceof ConnectionReadTimeoutException) {
            return "it has stopped answering: the same command goes on where it was";
        }
        if (failure instanceof DatabaseException || failure instanceof TransientException) {
            return "it failed ("
                    + message(failure)
                    + "): see its log, and whether its disk has room; the same command goes on"
                    + " where it was";
        }
        return message(failure);
    }

    /** Neo4j's own code of a failure that it told of. */
    static String code(RuntimeException failure) {
        return failure instanceof Neo4jException neo4j && neo4j.code() != null ? neo4j.code() : "";
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> cause) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (cause.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable last(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last;
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    private static UserError error(PushTarget target, String what, RuntimeException failure) {
        return UserError.input(target + ": " + what, failure);
    }
}
