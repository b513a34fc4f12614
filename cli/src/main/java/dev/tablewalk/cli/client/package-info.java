/**
 * A process that asks the owner of a store home to run its command: it brings nothing but its
 * streams, and knows nothing of graphs, options or Neo4j, so that it starts in no time.
 */
@NullMarked
package dev.tablewalk.cli.client;

import org.jspecify.annotations.NullMarked;
