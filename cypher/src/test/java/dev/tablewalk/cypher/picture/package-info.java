/** Tests of the grid that physical memory is drawn from. */
@NullMarked
package dev.tablewalk.cypher.picture;

import org.jspecify.annotations.NullMarked;
