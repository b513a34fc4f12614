/** The explorer, by HTTP and in a browser. */
@NullMarked
package dev.tablewalk.cli.serve;

import org.jspecify.annotations.NullMarked;
