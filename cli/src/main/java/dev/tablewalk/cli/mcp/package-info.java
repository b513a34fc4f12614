/**
 * A server of the Model Context Protocol, for assistants and other programs, by the protocol's own
 * SDK: {@link dev.tablewalk.cli.mcp.Stdio} moves its messages over standard input and output,
 * {@link dev.tablewalk.cli.mcp.Calls} runs what tools are asked and stops it, {@link
 * dev.tablewalk.cli.mcp.OpenCheckpoints} has open what is asked, and each {@link
 * dev.tablewalk.cli.mcp.Tool} answers as the command of its name does.
 */
@NullMarked
package dev.tablewalk.cli.mcp;

import org.jspecify.annotations.NullMarked;
