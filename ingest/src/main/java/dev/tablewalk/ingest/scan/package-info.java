/**
 * What can be found in RAM by its content alone, whatever the kernel says of it: page tables, and
 * structs by their shape.
 */
@NullMarked
package dev.tablewalk.ingest.scan;

import org.jspecify.annotations.NullMarked;
