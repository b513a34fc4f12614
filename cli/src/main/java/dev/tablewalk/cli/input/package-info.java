/**
 * What a user types, as values.
 *
 * <p>{@link dev.tablewalk.cli.input.QueryParameters} reads {@code key=value}, {@link
 * dev.tablewalk.cli.input.Addresses} an address, and {@link dev.tablewalk.cli.input.SavedQueries}
 * finds the saved queries that options name.
 */
@NullMarked
package dev.tablewalk.cli.input;

import org.jspecify.annotations.NullMarked;
