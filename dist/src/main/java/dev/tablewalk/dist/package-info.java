/** What goes with the program when it is installed. */
@NullMarked
package dev.tablewalk.dist;

import org.jspecify.annotations.NullMarked;
