/** Tests of the parts of a comparison, each alone. */
@NullMarked
package dev.tablewalk.cypher.diff;

import org.jspecify.annotations.NullMarked;
