/** Tests of the store home, of loading, and of queries. */
@NullMarked
package dev.tablewalk.cypher;

import org.jspecify.annotations.NullMarked;
