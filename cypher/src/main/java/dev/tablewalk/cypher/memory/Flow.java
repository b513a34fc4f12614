package dev.tablewalk.cypher.memory;

import org.jspecify.annotations.Nullable;

/**
 * Takes the rows that a clause makes. A row is the question's frame: each variable has a slot in it
 * of its own, and a clause writes those that it adds; what waits for all rows keeps copies.
 */
@FunctionalInterface
interface Flow {
    /** Takes a row; false if no more are wanted. */
    boolean row(@Nullable Object[] frame);

    /** There are no more. */
    default void end(@Nullable Object[] frame) {}

    /** A clause, ready to be asked many times. */
    @FunctionalInterface
    interface Step {
        /** One asking. */
        Flow into(Flow next);
    }

    /** An expression, ready to be evaluated. */
    @FunctionalInterface
    interface Term {
        @Nullable Object of(@Nullable Object[] frame);
    }
}
