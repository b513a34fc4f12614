/** Tests of checks. */
@NullMarked
package dev.tablewalk.cypher.check;

import org.jspecify.annotations.NullMarked;
