package dev.tablewalk.cypher;

import java.util.List;

/**
 * A path in an answer: one node more than it has relationships. A relationship's own direction may
 * be against the path's.
 */
public record PathValue(List<NodeValue> nodes, List<RelationshipValue> relationships) {}
