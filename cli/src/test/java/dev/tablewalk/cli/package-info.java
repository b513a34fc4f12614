/** The commands as a user meets them, on real guests where these can be had. */
@NullMarked
package dev.tablewalk.cli;

import org.jspecify.annotations.NullMarked;
