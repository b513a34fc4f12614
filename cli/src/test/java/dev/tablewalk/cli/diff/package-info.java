/** Diffs, held against edits that were made and against what real guests said of themselves. */
@NullMarked
package dev.tablewalk.cli.diff;

import org.jspecify.annotations.NullMarked;
