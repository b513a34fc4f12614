/** A browser for tests: Debian's Chromium, by its own driver. */
@NullMarked
package dev.tablewalk.cli.browser;

import org.jspecify.annotations.NullMarked;
