/**
 * A checkpoint's store, read back as the graph that it was loaded from: {@link
 * dev.tablewalk.cypher.stored.StoredGraph}. What compares whole checkpoints works on that, and so
 * on any other graph too.
 */
@NullMarked
package dev.tablewalk.cypher.stored;

import org.jspecify.annotations.NullMarked;
