package dev.tablewalk.spark;

import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/** What Spark says in many lines, in one. */
final class Failure {
    private Failure() {}

    /** The first line of what is known best. */
    static String line(Throwable failure) {
        Throwable told = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SparkThrowable of && condition(of) != null) {
                told = each;
            }
        }
        String message = told.getMessage() == null ? "" : told.getMessage();
        return message.lines()
                .map(line -> line.strip().replaceAll(";$", "")) // a plan would follow
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse(told.getClass().getSimpleName());
    }

    private static @Nullable String condition(SparkThrowable failure) {
        return failure.getCondition();
    }
}
