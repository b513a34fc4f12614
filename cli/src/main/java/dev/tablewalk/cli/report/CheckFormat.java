package dev.tablewalk.cli.report;

import java.util.Locale;

/** The forms in which a check's outcomes are printed. */
public enum CheckFormat {
    TABLE,
    JSON,
    SARIF,
    JUNIT;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
