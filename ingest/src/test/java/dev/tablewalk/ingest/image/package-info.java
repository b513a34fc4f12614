/** Tests of the formats that images come in. */
@NullMarked
package dev.tablewalk.ingest.image;

import org.jspecify.annotations.NullMarked;
