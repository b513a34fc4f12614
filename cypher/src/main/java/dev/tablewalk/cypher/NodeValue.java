package dev.tablewalk.cypher;

import java.util.List;
import java.util.Map;

/**
 * A node in an answer.
 *
 * @param id its number in the graph that was loaded
 * @param labels in alphabetical order
 * @param properties values as {@link Rows} has them, in alphabetical order of their keys
 */
public record NodeValue(long id, List<String> labels, Map<String, Object> properties) {}
