/**
 * The prompt of {@code tablewalk shell}.
 *
 * <p>{@link dev.tablewalk.cli.shell.Shell} starts it, on a terminal or on a script. {@link
 * dev.tablewalk.cli.shell.StatementScanner} cuts what is typed into statements and commands, for
 * both. {@link dev.tablewalk.cli.shell.Session} is what the shell knows and does: it asks a {@link
 * dev.tablewalk.cli.shell.Question} of the checkpoint, or does one of the {@link
 * dev.tablewalk.cli.shell.Commands}, and shows the result on a {@link
 * dev.tablewalk.cli.shell.Screen}.
 *
 * <p>On a terminal {@link dev.tablewalk.cli.shell.Prompt} reads lines with JLine, which asks {@link
 * dev.tablewalk.cli.shell.StatementParser} whether a statement is whole and {@link
 * dev.tablewalk.cli.shell.ShellCompleter} what could follow; {@link
 * dev.tablewalk.cli.shell.Expected} tells that from the text alone, {@link
 * dev.tablewalk.cli.input.Vocabulary} has the words. {@link dev.tablewalk.cli.shell.TerminalScreen}
 * fits results to the window, sends the long ones through the pager, and lets Ctrl-C stop a query.
 */
@NullMarked
package dev.tablewalk.cli.shell;

import org.jspecify.annotations.NullMarked;
