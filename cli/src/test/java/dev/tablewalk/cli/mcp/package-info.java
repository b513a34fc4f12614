/** Tests of what {@code tablewalk serve --mcp} says to programs. */
@NullMarked
package dev.tablewalk.cli.mcp;

import org.jspecify.annotations.NullMarked;
