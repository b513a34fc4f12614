/**
 * How a command tells on stderr how far it is.
 *
 * <p>{@link dev.tablewalk.cli.progress.ConsoleProgress} prints findings and draws a bar on a
 * terminal; {@link dev.tablewalk.cli.progress.StageClock} measures the stages for {@code
 * --timings}.
 */
@NullMarked
package dev.tablewalk.cli.progress;

import org.jspecify.annotations.NullMarked;
