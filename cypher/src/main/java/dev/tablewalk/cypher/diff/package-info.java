/**
 * What differs between two checkpoints.
 *
 * <p>{@link dev.tablewalk.cypher.diff.Diff} takes two graphs. {@code Side} has one of them at hand,
 * {@code Counterparts} finds of each node what it is on the other side. {@code SpaceComparison}
 * goes over what two trees of page tables map side by side, and tells changes in runs; {@link
 * dev.tablewalk.cypher.diff.Difference} holds all that was found, to be printed. {@code
 * MergedGraph} is both sides as one graph, to be kept as a checkpoint.
 */
@NullMarked
package dev.tablewalk.cypher.diff;

import org.jspecify.annotations.NullMarked;
