package dev.tablewalk.graph;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of a thing between the two sides of a diff. */
public enum Fate {
    /** It is only after. */
    ADDED(NodeLabel.ADDED),
    /** It was only before. */
    REMOVED(NodeLabel.REMOVED),
    /** It is on both sides, and not alike. */
    CHANGED(NodeLabel.CHANGED);

    private final NodeLabel label;

    Fate(NodeLabel label) {
        this.label = label;
    }

    /**
     * The fate of a thing that differs.
     *
     * @throws IllegalArgumentException if it is on neither side
     */
    public static Fate of(@Nullable Object before, @Nullable Object after) {
        if (before == null && after == null) {
            throw new IllegalArgumentException("on neither side");
        }
        return before == null ? ADDED : after == null ? REMOVED : CHANGED;
    }

    /** Which a node of that fate has. */
    public NodeLabel label() {
        return label;
    }

    /** Which a relationship of that fate has as its property {@code fate}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
