/**
 * Compares a checkpoint with what the guest said of itself.
 *
 * <p>{@link dev.tablewalk.cypher.verify.TruthReader} reads the guest's word, a {@link
 * dev.tablewalk.cypher.verify.Truth}; {@link dev.tablewalk.cypher.verify.GraphReader} takes the
 * same facts from the store, {@link dev.tablewalk.cypher.verify.GraphFacts}; {@link
 * dev.tablewalk.cypher.verify.Verification} lays the two side by side, process by process, and
 * makes the {@link dev.tablewalk.cypher.verify.Report}. Text is compared as UTF-8 in which
 * malformed bytes are U+FFFD.
 */
@NullMarked
package dev.tablewalk.cypher.verify;

import org.jspecify.annotations.NullMarked;
