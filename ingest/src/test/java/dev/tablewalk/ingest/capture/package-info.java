/** Tests of taking a guest's RAM that need no guest. */
@NullMarked
package dev.tablewalk.ingest.capture;

import org.jspecify.annotations.NullMarked;
