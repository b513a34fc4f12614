/**
 * The formats in which people have the RAM of a guest. {@link dev.tablewalk.ingest.image.Image}
 * tells them apart by content, and each becomes the same: bytes by offset, where RAM lies among
 * them if the format says so, and what it says beside that. Every number in a file is checked
 * before it is used.
 */
@NullMarked
package dev.tablewalk.ingest.image;

import org.jspecify.annotations.NullMarked;
