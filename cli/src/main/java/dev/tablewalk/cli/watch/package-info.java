/**
 * Captures, ingests, checks and compares a guest again and again: {@link
 * dev.tablewalk.cli.watch.Watch} does, as {@link dev.tablewalk.cli.watch.Schedule} says when.
 */
@NullMarked
package dev.tablewalk.cli.watch;

import org.jspecify.annotations.NullMarked;
