/** Tests of what commands take. */
@NullMarked
package dev.tablewalk.cli.input;

import org.jspecify.annotations.NullMarked;
