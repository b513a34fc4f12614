/**
 * Holds a checkpoint against constraints: {@link dev.tablewalk.cypher.check.CheckRun} asks them one
 * after another, and each comes to an {@link dev.tablewalk.cypher.check.Outcome}.
 */
@NullMarked
package dev.tablewalk.cypher.check;

import org.jspecify.annotations.NullMarked;
