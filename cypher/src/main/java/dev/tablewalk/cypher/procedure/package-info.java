/**
 * What queries can call besides Cypher's own.
 *
 * <p>{@link dev.tablewalk.cypher.procedure.Functions} are for reading numbers and attributes,
 * {@link dev.tablewalk.cypher.procedure.WalkProcedure} translates an address as the hardware would.
 * {@link dev.tablewalk.cypher.procedure.Procedures} registers them with an open database.
 */
@NullMarked
package dev.tablewalk.cypher.procedure;

import org.jspecify.annotations.NullMarked;
