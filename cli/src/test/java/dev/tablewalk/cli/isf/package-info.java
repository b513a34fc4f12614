/** Symbol files, held against what Volatility 3 asks of them, and used where types are gone. */
@NullMarked
package dev.tablewalk.cli.isf;

import org.jspecify.annotations.NullMarked;
