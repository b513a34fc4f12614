/**
 * What constraints came to, in the forms that people and programs read.
 *
 * <p>{@link dev.tablewalk.cli.report.CheckReport} is what there is to tell; {@link
 * dev.tablewalk.cli.report.CheckTable}, {@link dev.tablewalk.cli.report.CheckJson}, {@link
 * dev.tablewalk.cli.report.CheckSarif} and {@link dev.tablewalk.cli.report.CheckJunit} write it.
 * {@link dev.tablewalk.cli.report.Walk} is a translation of an address, {@link
 * dev.tablewalk.cli.report.InfoReport} and {@link dev.tablewalk.cli.report.SavedQueryText} tell of
 * a checkpoint and of a saved query. {@link dev.tablewalk.cli.report.ColumnText} shows values by
 * the types of a saved query's columns.
 */
@NullMarked
package dev.tablewalk.cli.report;

import org.jspecify.annotations.NullMarked;
