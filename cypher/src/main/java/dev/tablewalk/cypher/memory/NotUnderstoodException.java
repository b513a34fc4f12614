package dev.tablewalk.cypher.memory;

/**
 * A question is not in the part of Cypher that is answered from memory, or its answer is too large
 * for that.
 */
final class NotUnderstoodException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotUnderstoodException(String what) {
        super(what, null, false, false);
    }
}
