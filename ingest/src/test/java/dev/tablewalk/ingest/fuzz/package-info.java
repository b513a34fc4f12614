/**
 * Real guests, damaged at random: a graph that is kept is right, or says what is wrong.
 *
 * <p>{@link dev.tablewalk.ingest.fuzz.GuestFuzz} runs it. {@link
 * dev.tablewalk.ingest.fuzz.FuzzSubject} is a guest's image with what is known of it, {@link
 * dev.tablewalk.ingest.fuzz.DamagedImage} a copy with damages that a seed tells, and {@link
 * dev.tablewalk.ingest.fuzz.Judgement} holds the graph of the copy against what is known.
 */
@NullMarked
package dev.tablewalk.ingest.fuzz;

import org.jspecify.annotations.NullMarked;
