/** Tests of when moments are taken. */
@NullMarked
package dev.tablewalk.cli.watch;

import org.jspecify.annotations.NullMarked;
