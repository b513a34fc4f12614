/**
 * Asks a data set by Apache Spark: on this machine, or on as many as its master has. {@link
 * dev.tablewalk.fleet.spark.Spark} submits a program of ours to the user's own installation, and
 * talks to it through a socket. Nothing of Spark is on this side's class path: its Hadoop, Parquet
 * and Jackson are others than ours.
 */
@NullMarked
package dev.tablewalk.fleet.spark;

import org.jspecify.annotations.NullMarked;
