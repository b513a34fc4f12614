/**
 * Questions that are kept in files: Cypher with a description of itself in its first comment lines.
 *
 * <p>{@link dev.tablewalk.cypher.saved.QueryLibrary} finds those that come with tablewalk and the
 * user's own; {@link dev.tablewalk.cypher.saved.SavedQuery} is one of them. Nothing here starts
 * Neo4j.
 */
@NullMarked
package dev.tablewalk.cypher.saved;

import org.jspecify.annotations.NullMarked;
