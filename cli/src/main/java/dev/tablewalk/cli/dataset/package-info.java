/** Checkpoints written into a data set. */
@NullMarked
package dev.tablewalk.cli.dataset;

import org.jspecify.annotations.NullMarked;
