/**
 * A checkpoint's Neo4j, open within this process.
 *
 * <p>{@link dev.tablewalk.cypher.dbms.BoltAccess} lets others reach it, as {@link
 * dev.tablewalk.cypher.dbms.OneReader}. {@link dev.tablewalk.cypher.dbms.StoreSettings} are Neo4j's
 * settings, for loading and for reading.
 */
@NullMarked
package dev.tablewalk.cypher.dbms;

import org.jspecify.annotations.NullMarked;
