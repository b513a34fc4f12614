/** What in the guest cannot be read or does not make sense: collected, counted, never fatal. */
@NullMarked
package dev.tablewalk.ingest.anomaly;

import org.jspecify.annotations.NullMarked;
