/**
 * What makes a start quick: jars as the JVM's cache can hold them, and the run that teaches it.
 *
 * <p>JDK 25 keeps loaded and linked classes and profiles in a cache that makes later starts quicker
 * (JEP 483, 514 and 515), and learns from a run what belongs in it. {@link
 * dev.tablewalk.cli.training.TrainingRun} is that run: it keeps {@link
 * dev.tablewalk.cli.training.HandMadeGuest} as a checkpoint and puts the commands to it. {@link
 * dev.tablewalk.cli.training.SmallTrainingRun} does so for the commands that need no Neo4j. The
 * launcher starts both once after each build, which lays out {@link
 * dev.tablewalk.cli.training.PreparedJars}.
 */
@NullMarked
package dev.tablewalk.cli.training;

import org.jspecify.annotations.NullMarked;
