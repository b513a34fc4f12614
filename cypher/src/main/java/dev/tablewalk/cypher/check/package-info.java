/**
 * Holds a checkpoint against constraints: {@link dev.tablewalk.cypher.check.CheckRun} asks them,
 * several at once, and each comes to an {@link dev.tablewalk.cypher.check.Outcome}. What a {@link
 * dev.tablewalk.cypher.check.Baseline} accepts is told apart from violations.
 */
@NullMarked
package dev.tablewalk.cypher.check;

import org.jspecify.annotations.NullMarked;
