/**
 * How commands are run: for the user of this process, or for another process that asks. {@link
 * dev.tablewalk.cli.process.Invocation} is all that a command sees of that; {@link
 * dev.tablewalk.cli.process.Owner} is asked.
 */
@NullMarked
package dev.tablewalk.cli.process;

import org.jspecify.annotations.NullMarked;
