/**
 * A folder of Parquet files with many checkpoints in it: {@code
 * guest=G/checkpoint=C/TABLE.parquet}, one table a label, one a relationship type between two
 * labels.
 */
@NullMarked
package dev.tablewalk.fleet.dataset;

import org.jspecify.annotations.NullMarked;
