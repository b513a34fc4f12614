/**
 * Moments of one guest, one after the other, as a store home keeps them: {@link
 * dev.tablewalk.cypher.series.Series} finds and reads them, {@link
 * dev.tablewalk.cypher.series.SeriesWriter} adds one at a time, and each is a {@link
 * dev.tablewalk.cypher.series.Moment}. Neither opens a store.
 */
@NullMarked
package dev.tablewalk.cypher.series;

import org.jspecify.annotations.NullMarked;
