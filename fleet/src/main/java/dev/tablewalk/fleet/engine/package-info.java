/** Engines that answer SQL from a data set. */
@NullMarked
package dev.tablewalk.fleet.engine;

import org.jspecify.annotations.NullMarked;
