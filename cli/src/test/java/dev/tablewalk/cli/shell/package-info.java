/** The shell: its parts alone, and all of it on a script and on a terminal. */
@NullMarked
package dev.tablewalk.cli.shell;

import org.jspecify.annotations.NullMarked;
