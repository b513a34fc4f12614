package dev.tablewalk.cypher;

import java.util.Map;

/**
 * A relationship in an answer.
 *
 * @param id unique in its checkpoint, without further meaning
 * @param startId the number of the node it starts at
 * @param endId the number of the node it ends at
 * @param properties values as {@link Rows} has them, in alphabetical order of their keys
 */
public record RelationshipValue(
        long id, String type, long startId, long endId, Map<String, Object> properties) {}
