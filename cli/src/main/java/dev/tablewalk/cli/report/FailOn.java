package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.Severity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** From which severity on a violation fails a check. */
public enum FailOn {
    CRITICAL(Severity.CRITICAL),
    MAJOR(Severity.MAJOR),
    MINOR(Severity.MINOR),
    INFO(Severity.INFO),
    NEVER(null);

    private final @Nullable Severity least;

    FailOn(@Nullable Severity least) {
        this.least = least;
    }

    /** Whether an outcome's violations fail the check. */
    public boolean isFailedBy(Outcome outcome) {
        return least != null && outcome.isViolationOf(least);
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
