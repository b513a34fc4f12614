/**
 * Turns a graph into a Neo4j store, offline.
 *
 * <p>{@link dev.tablewalk.cypher.load.BulkImport} drives the importer behind {@code neo4j-admin
 * database import}; {@link dev.tablewalk.cypher.load.GraphInput} feeds it. Both use Neo4j's
 * internal API and nothing else in the project does so to write; the version in the project's pom
 * is the one they are made for.
 */
@NullMarked
package dev.tablewalk.cypher.load;

import org.jspecify.annotations.NullMarked;
