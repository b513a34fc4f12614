/**
 * A checkpoint's graph in memory, and questions answered from it.
 *
 * <p>{@link dev.tablewalk.cypher.memory.MemoryGraph} is a store's graph in columns of primitive
 * values. {@link dev.tablewalk.cypher.memory.Question} is a question in the part of Cypher in which
 * the constraints are written; answered from memory it needs neither Neo4j's planner, which takes
 * longer than all else while a JVM is young, nor the store.
 */
@NullMarked
package dev.tablewalk.cypher.memory;

import org.jspecify.annotations.NullMarked;
