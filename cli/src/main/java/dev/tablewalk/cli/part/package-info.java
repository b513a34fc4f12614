/** Small parts of a graph, as texts that people take elsewhere. */
@NullMarked
package dev.tablewalk.cli.part;

import org.jspecify.annotations.NullMarked;
