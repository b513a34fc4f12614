/** The terminal at which somebody sits and types, and the pager that shows what does not fit it. */
@NullMarked
package dev.tablewalk.cli.window;

import org.jspecify.annotations.NullMarked;
