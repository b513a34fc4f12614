package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema.ValueType;

/**
 * A column of a table.
 *
 * @param type {@code INTEGER} (64 bits, signed), {@code BOOLEAN}, {@code TEXT} or {@code TEXTS}
 */
public record Column(String name, ValueType type) {}
