/**
 * The kernel's own description of its types, read from memory: Linux {@code
 * Documentation/bpf/btf.rst} and {@code include/uapi/linux/btf.h}. {@link
 * dev.tablewalk.ingest.btf.Btf} finds members by name; a {@link dev.tablewalk.ingest.types.Field}
 * is what is kept of one.
 */
@NullMarked
package dev.tablewalk.ingest.btf;

import org.jspecify.annotations.NullMarked;
