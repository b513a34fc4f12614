package dev.tablewalk.cli.checks;

/**
 * How the row is told that finds a violation.
 *
 * @param constraint its id
 * @param column of the constraint that tells what was changed
 * @param value that stands there
 */
public record Expected(String constraint, String column, Object value) {}
