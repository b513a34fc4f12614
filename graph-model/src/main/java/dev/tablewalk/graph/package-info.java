/**
 * The graph, as it is handed from the reader of guest memory to the store.
 *
 * <p>{@link dev.tablewalk.graph.GuestGraph} is one checkpoint: nodes ({@link
 * dev.tablewalk.graph.GraphNode}), numbered from 0 in their order, and relationships ({@link
 * dev.tablewalk.graph.GraphRelationship}) between those numbers. Each record describes itself to a
 * {@link dev.tablewalk.graph.PropertySink} under the keys that queries use; {@link
 * dev.tablewalk.graph.GraphSchema} says what each of them means. {@link
 * dev.tablewalk.graph.Progress} is how long work tells how far it is, and {@link
 * dev.tablewalk.graph.UserError} how it says that it cannot go on.
 */
@NullMarked
package dev.tablewalk.graph;

import org.jspecify.annotations.NullMarked;
