/**
 * What runs inside Apache Spark: a program that is submitted to it, and asks it questions in SQL
 * about a data set of many checkpoints. {@code Driver} is where it begins; {@code Asker} is the
 * process that has submitted it, and has the answers; {@code DataSetFolder} finds the tables,
 * {@code Session} asks. Workers run nothing of it: to them all is Spark's own.
 *
 * <p>It is compiled for Java 17, the oldest that Spark 4 runs on, and needs nothing but Spark.
 */
@NullMarked
package dev.tablewalk.spark;

import org.jspecify.annotations.NullMarked;
