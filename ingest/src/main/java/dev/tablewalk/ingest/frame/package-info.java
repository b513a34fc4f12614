/**
 * What the kernel itself says of every frame of RAM, in its {@code struct page}: Linux {@code
 * include/linux/mm_types.h} and {@code page-flags.h}.
 */
@NullMarked
package dev.tablewalk.ingest.frame;

import org.jspecify.annotations.NullMarked;
