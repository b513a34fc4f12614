package dev.tablewalk.cypher.saved;

import java.util.Locale;

/** How bad a violation is; the worst comes first. */
public enum Severity {
    CRITICAL,
    MAJOR,
    MINOR,
    INFO;

    /** Whether this is as bad as the other, or worse. */
    public boolean isAtLeast(Severity other) {
        return compareTo(other) <= 0;
    }

    /** As it is written in a query's file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
