/** The built-in constraints on real guests: clean ones, and ones that were changed. */
@NullMarked
package dev.tablewalk.cli.checks;

import org.jspecify.annotations.NullMarked;
