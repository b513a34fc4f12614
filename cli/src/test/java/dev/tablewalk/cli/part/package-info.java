@NullMarked
package dev.tablewalk.cli.part;

import org.jspecify.annotations.NullMarked;
