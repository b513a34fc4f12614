/** What the JVM is taught with. */
@NullMarked
package dev.tablewalk.cli.training;

import org.jspecify.annotations.NullMarked;
