/**
 * Volatility 3's symbol files, the JSON of its intermediate symbol format (ISF): read by {@link
 * dev.tablewalk.ingest.isf.IsfReader}, which takes them from {@code dwarf2json} as well, written
 * from the kernel's own BTF by {@link dev.tablewalk.ingest.isf.IsfWriter}. The format is that of
 * Volatility 3's {@code volatility3/schemas/schema-6.2.0.json} and of its reader, {@code
 * volatility3/framework/symbols/intermed.py}.
 */
@NullMarked
package dev.tablewalk.ingest.isf;

import org.jspecify.annotations.NullMarked;
