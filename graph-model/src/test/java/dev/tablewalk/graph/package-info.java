/** Tests that the graph's records are what its schema says. */
@NullMarked
package dev.tablewalk.graph;

import org.jspecify.annotations.NullMarked;
