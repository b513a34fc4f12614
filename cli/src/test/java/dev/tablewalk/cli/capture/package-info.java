/** Taking the RAM of guests that run. */
@NullMarked
package dev.tablewalk.cli.capture;

import org.jspecify.annotations.NullMarked;
