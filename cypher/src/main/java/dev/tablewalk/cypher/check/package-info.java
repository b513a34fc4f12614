/**
 * Holds a checkpoint against constraints: {@link dev.tablewalk.cypher.check.CheckRun} asks them one
 * after another, and each comes to an {@link dev.tablewalk.cypher.check.Outcome}. What a {@link
 * dev.tablewalk.cypher.check.Baseline} accepts is told apart from violations.
 */
@NullMarked
package dev.tablewalk.cypher.check;

import org.jspecify.annotations.NullMarked;
