/**
 * What a command prints, and in which form.
 *
 * <p>{@link dev.tablewalk.cli.output.RowFormat} makes the {@link
 * dev.tablewalk.cli.output.RowWriter} that a table of rows goes to: {@link
 * dev.tablewalk.cli.output.TableRows}, {@link dev.tablewalk.cli.output.JsonRows} or {@link
 * dev.tablewalk.cli.output.CsvRows}. {@link dev.tablewalk.cli.output.CypherText} writes graph
 * values as Cypher does, {@link dev.tablewalk.cli.output.Printable} takes the teeth out of text
 * that a guest chose, {@link dev.tablewalk.cli.output.Terminal} knows where the output goes, and
 * {@link dev.tablewalk.cli.output.GuardedOutput} ends the program when its reader has gone. {@link
 * dev.tablewalk.cli.output.ErrorLine} says what ended a command, {@link
 * dev.tablewalk.cli.output.ExitCode} for programs.
 */
@NullMarked
package dev.tablewalk.cli.output;

import org.jspecify.annotations.NullMarked;
