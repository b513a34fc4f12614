package dev.tablewalk.cli.output;

import java.util.Locale;

/** The forms in which a command prints a report that is more than rows. */
public enum ReportFormat {
    TABLE,
    JSON;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
