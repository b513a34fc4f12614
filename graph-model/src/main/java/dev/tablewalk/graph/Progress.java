package dev.tablewalk.graph;

/**
 * Hears how far long work is. Called from any thread, at coarse steps; an implementation must be
 * cheap. What {@link #stage} and {@link #advance} throw ends the work.
 */
public interface Progress {
    /** Hears nothing. */
    Progress NONE = new Progress() {};

    /**
     * A stage begins, and the one before it is over.
     *
     * @param name a few words, such as {@code walk page tables}
     * @param total how much {@link #advance} will add up to, or 0 where that is not known
     */
    default void stage(String name, long total) {}

    /** So much more of the present stage is done, in the unit of its total. */
    default void advance(long done) {}

    /**
     * Something the user wants to know was found.
     *
     * @param what what it is, such as {@code kernel}
     * @param value what was found
     * @param proof what proves it; empty where the value speaks for itself
     */
    default void found(String what, String value, String proof) {}
}
