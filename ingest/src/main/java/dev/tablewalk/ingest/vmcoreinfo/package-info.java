/** The text in which a kernel tells crash dump readers where its things are. */
@NullMarked
package dev.tablewalk.ingest.vmcoreinfo;

import org.jspecify.annotations.NullMarked;
