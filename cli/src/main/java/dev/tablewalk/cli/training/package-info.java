/**
 * The run that teaches the JVM what to prepare.
 *
 * <p>JDK 25 keeps loaded and linked classes and profiles in a cache that makes later starts quicker
 * (JEP 483, 514 and 515), and learns from a run what belongs in it. {@link
 * dev.tablewalk.cli.training.TrainingRun} is that run: it keeps {@link
 * dev.tablewalk.cli.training.HandMadeGuest} as a checkpoint and puts the commands to it. The
 * launcher starts it once after each build.
 */
@NullMarked
package dev.tablewalk.cli.training;

import org.jspecify.annotations.NullMarked;
