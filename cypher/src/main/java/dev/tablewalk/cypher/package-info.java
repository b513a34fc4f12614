/**
 * Checkpoints as embedded Neo4j stores.
 *
 * <p>{@link dev.tablewalk.cypher.StoreHome} is the folder that holds them: it lists, loads, removes
 * and opens them. {@link dev.tablewalk.cypher.CheckpointInfo} is what is known of one without
 * opening its store, {@link dev.tablewalk.cypher.Checkpoint} an open one, and {@link
 * dev.tablewalk.cypher.Rows} the answer to a query, whose values are plain Java and this package's
 * own records: no type of {@code org.neo4j} leaves this module.
 *
 * <p>{@code load} turns a graph into a store with Neo4j's bulk importer; {@code procedure} holds
 * the functions and procedures that queries can call.
 */
@NullMarked
package dev.tablewalk.cypher;

import org.jspecify.annotations.NullMarked;
