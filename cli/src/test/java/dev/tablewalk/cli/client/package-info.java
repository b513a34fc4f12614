/** Tests of processes that ask, and of the one that they ask. */
@NullMarked
package dev.tablewalk.cli.client;

import org.jspecify.annotations.NullMarked;
