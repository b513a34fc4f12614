/** Many checkpoints as one data set, and the questions that come with tablewalk. */
@NullMarked
package dev.tablewalk.fleet;

import org.jspecify.annotations.NullMarked;
