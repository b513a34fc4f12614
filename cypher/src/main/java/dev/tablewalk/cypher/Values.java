package dev.tablewalk.cypher;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Entity;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Path;
import org.neo4j.graphdb.Relationship;

/** Neo4j's values as {@link Rows} has them. */
final class Values {
    private Values() {}

    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean truth -> truth;
            case Double number -> number;
            case Float number -> number.doubleValue();
            case Number number -> number.longValue();
            case String text -> text;
            case Node node -> node(node);
            case Relationship relationship -> relationship(relationship);
            case Path path -> path(path);
            case Map<?, ?> map -> map(map);
            case Iterable<?> items -> list(items);
            case Object array when array.getClass().isArray() -> array(array);
            default -> value.toString();
        };
    }

    static NodeValue node(Node node) {
        List<String> labels = new ArrayList<>();
        for (Label label : node.getLabels()) {
            labels.add(label.name());
        }
        Collections.sort(labels);
        return new NodeValue(id(node), List.copyOf(labels), properties(node));
    }

    private static RelationshipValue relationship(Relationship relationship) {
        return new RelationshipValue(
                id(relationship),
                relationship.getType().name(),
                id(relationship.getStartNode()),
                id(relationship.getEndNode()),
                properties(relationship));
    }

    private static PathValue path(Path path) {
        List<NodeValue> nodes = new ArrayList<>();
        path.nodes().forEach(node -> nodes.add(node(node)));
        List<RelationshipValue> relationships = new ArrayList<>();
        path.relationships().forEach(one -> relationships.add(relationship(one)));
        return new PathValue(List.copyOf(nodes), List.copyOf(relationships));
    }

    /** The number behind the last colon of {@code 4:<database>:<number>}. */
    private static long id(Entity entity) {
        String elementId = entity.getElementId();
        return Long.parseLong(elementId.substring(elementId.lastIndexOf(':') + 1));
    }

    private static Map<String, Object> properties(Entity entity) {
        Map<String, Object> properties = new TreeMap<>();
        entity.getAllProperties()
                .forEach(
                        (key, stored) -> {
                            Object value = of(stored);
                            if (value != null) { // A stored property has a value.
                                properties.put(key, value);
                            }
                        });
        return Collections.unmodifiableMap(properties);
    }

    private static Map<String, @Nullable Object> map(Map<?, ?> from) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        from.forEach((key, value) -> map.put(String.valueOf(key), of(value)));
        return Collections.unmodifiableMap(map);
    }

    private static List<@Nullable Object> list(Iterable<?> from) {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object item : from) {
            list.add(of(item));
        }
        return Collections.unmodifiableList(list);
    }

    private static List<@Nullable Object> array(Object from) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(from); i++) {
            list.add(of(Array.get(from, i)));
        }
        return Collections.unmodifiableList(list);
    }
}
