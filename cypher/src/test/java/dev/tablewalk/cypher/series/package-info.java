/** Tests of what a store home keeps of series. */
@NullMarked
package dev.tablewalk.cypher.series;

import org.jspecify.annotations.NullMarked;
