/**
 * A guest's RAM read from a Java program, without a database: what is stable of this library.
 *
 * <p>{@link dev.tablewalk.ingest.api.GuestImage} names the files and reads them; {@link
 * dev.tablewalk.ingest.api.Guest} is what they hold, as nodes and relationships. Their labels,
 * types and properties are those that queries have, which the reference of the graph explains.
 * {@link dev.tablewalk.graph.Progress} and {@link dev.tablewalk.graph.UserError} are stable with
 * this package; all other packages may change with any version.
 */
@NullMarked
package dev.tablewalk.ingest.api;

import org.jspecify.annotations.NullMarked;
