/**
 * The kernel's types as its readers ask for them, whatever describes them: {@link
 * dev.tablewalk.ingest.types.TypeInfo} finds a member by name, and a {@link
 * dev.tablewalk.ingest.types.Field} is what is kept of it.
 */
@NullMarked
package dev.tablewalk.ingest.types;

import org.jspecify.annotations.NullMarked;
