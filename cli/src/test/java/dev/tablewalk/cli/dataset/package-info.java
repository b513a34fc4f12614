/** Data sets, held against the stores that they were exported from. */
@NullMarked
package dev.tablewalk.cli.dataset;

import org.jspecify.annotations.NullMarked;
