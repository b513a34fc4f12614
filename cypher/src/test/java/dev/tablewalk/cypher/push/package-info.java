/** Tests of what is pushed into a Neo4j that runs. */
@NullMarked
package dev.tablewalk.cypher.push;

import org.jspecify.annotations.NullMarked;
