/** Graphs to load, and what loading them takes. */
@NullMarked
package dev.tablewalk.cypher.load;

import org.jspecify.annotations.NullMarked;
