/**
 * The {@code tablewalk} command.
 *
 * <p>{@link dev.tablewalk.cli.Main} starts it, {@link dev.tablewalk.cli.Tablewalk} is the command
 * that all others hang from, one class each; {@link dev.tablewalk.cli.output.ErrorLine} turns
 * whatever ends a command into one line and an exit code. {@code input} reads what is typed, {@code
 * output} prints results, {@code report} those that are more than rows, {@code shell} is the
 * prompt, {@code progress} tells how far long work is. The work itself is done in {@code
 * dev.tablewalk.ingest} and {@code dev.tablewalk.cypher}.
 */
@NullMarked
package dev.tablewalk.cli;

import org.jspecify.annotations.NullMarked;
