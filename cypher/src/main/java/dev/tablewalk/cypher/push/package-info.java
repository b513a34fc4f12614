/**
 * Checkpoints into a Neo4j that runs already, over Bolt: {@link dev.tablewalk.cypher.push.Push}
 * writes what a {@link dev.tablewalk.cypher.push.PushedGraph} reads, in batches, and keeps how far
 * it got in the target.
 */
@NullMarked
package dev.tablewalk.cypher.push;

import org.jspecify.annotations.NullMarked;
