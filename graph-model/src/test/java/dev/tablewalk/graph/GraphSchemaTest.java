package dev.tablewalk.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphSchema.Property;
import dev.tablewalk.graph.GraphSchema.ValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record describes itself by the keys and types that the schema declares, and no others. */
class GraphSchemaTest {
    private static final class Described implements PropertySink {
        final Map<String, ValueType> types = new LinkedHashMap<>();

        private void add(String key, ValueType type) {
            assertEquals(null, types.put(key, type), "twice: " + key);
        }

        @Override
        public void put(String key, long value) {
            add(key, ValueType.INTEGER);
        }

        @Override
        public void put(String key, boolean value) {
            add(key, ValueType.BOOLEAN);
        }

        @Override
        public void put(String key, String value) {
            add(key, ValueType.TEXT);
        }

        @Override
        public void put(String key, List<String> values) {
            add(key, ValueType.TEXTS);
        }
    }

    /** A record with a made-up value in every component. */
    private static <T> T sample(Class<T> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i]);
        }
        return type.getDeclaredConstructor(
                        Arrays.stream(components)
                                .map(RecordComponent::getType)
                                .toArray(Class<?>[]::new))
                .newInstance(values);
    }

    private static Object value(RecordComponent component) throws ReflectiveOperationException {
        return switch (component.getType().getSimpleName()) {
            case "int" -> 1;
            case "long", "Long" -> 1L;
            case "boolean", "Boolean" -> true;
            case "String" -> "field";
            case "List" -> List.of("walk");
            case "Map" ->
                    component.getName().equals("registers")
                            ? Map.of("pc", 1L)
                            : Map.of(
                                    "tasks",
                                    ((ParameterizedType) component.getGenericType())
                                                            .getActualTypeArguments()[1]
                                                    == Long.class
                                            ? (Object) 1L
                                            : "text");
            case "Frames" -> sample(GraphNode.Frames.class);
            case "Mapcounts" -> sample(GraphNode.Frames.Mapcounts.class);
            case "GuestIdentity" -> sample(GuestIdentity.class);
            case "LeafAttributes" -> sample(LeafAttributes.class);
            case "RelationshipType" -> RelationshipType.MAPS;
            case "RootKind" -> RootKind.KERNEL;
            default -> throw new IllegalArgumentException(component.toString());
        };
    }

    private static void assertDeclared(Described described, List<Property> declared) {
        Set<Property> seen = new HashSet<>();
        described.types.forEach(
                (key, type) -> {
                    List<Property> found =
                            declared.stream().filter(property -> property.covers(key)).toList();
                    assertEquals(1, found.size(), key + " is declared " + found);
                    assertEquals(found.getFirst().type(), type, key);
                    seen.add(found.getFirst());
                });
        for (Property property : declared) {
            assertTrue(property.optional() || seen.contains(property), property.key());
        }
    }

    static Stream<Class<?>> nodeRecords() {
        return Stream.<Class<?>>of(GraphNode.class.getPermittedSubclasses())
                .filter(type -> type != GraphNode.Compared.class)
                .flatMap(
                        type ->
                                type.isSealed()
                                        ? Stream.of(type.getPermittedSubclasses())
                                        : Stream.of(type));
    }

    @ParameterizedTest
    @MethodSource("nodeRecords")
    void aNodeIsAsDeclared(Class<? extends GraphNode> type) throws Exception {
        GraphNode node = sample(type);
        GraphSchema.Node declared =
                GraphSchema.NODES.stream()
                        .filter(one -> one.label() == node.label())
                        .findFirst()
                        .orElseThrow();
        Described described = new Described();
        node.describe(described);
        assertDeclared(described, declared.properties());
        // With every value there, so is every property.
        assertEquals(declared.properties().size(), described.types.size());
    }

    static Stream<Class<?>> relationshipRecords() {
        return Stream.<Class<?>>of(GraphRelationship.class.getPermittedSubclasses())
                .filter(type -> type != GraphRelationship.Compared.class);
    }

    @ParameterizedTest
    @MethodSource("relationshipRecords")
    void aRelationshipIsAsDeclared(Class<? extends GraphRelationship> type) throws Exception {
        GraphRelationship relationship = sample(type);
        Described described = new Described();
        relationship.describe(described);
        List<GraphSchema.Relationship> kinds =
                GraphSchema.RELATIONSHIPS.stream()
                        .filter(kind -> kind.type() == relationship.type())
                        .filter(
                                kind ->
                                        described.types.keySet().stream()
                                                .allMatch(
                                                        key ->
                                                                kind.properties().stream()
                                                                        .anyMatch(
                                                                                one ->
                                                                                        one.covers(
                                                                                                key))))
                        .filter(
                                kind ->
                                        kind.properties().stream()
                                                .allMatch(
                                                        one ->
                                                                one.optional()
                                                                        || described.types
                                                                                .containsKey(
                                                                                        one.key())))
                        .toList();
        assertEquals(1, kinds.size(), type + " is " + kinds);
        assertDeclared(described, kinds.getFirst().properties());
    }

    @Test
    void everyLabelAndTypeIsDeclaredOnce() {
        Set<NodeLabel> labels = EnumSet.allOf(NodeLabel.class);
        labels.removeAll(
                Set.of(
                        NodeLabel.ROOT,
                        NodeLabel.CANDIDATE,
                        NodeLabel.ADDED,
                        NodeLabel.REMOVED,
                        NodeLabel.CHANGED));
        assertEquals(
                List.copyOf(labels), GraphSchema.NODES.stream().map(one -> one.label()).toList());
        Set<RelationshipType> types = EnumSet.noneOf(RelationshipType.class);
        GraphSchema.RELATIONSHIPS.forEach(kind -> types.add(kind.type()));
        assertEquals(EnumSet.allOf(RelationshipType.class), types);
    }

    @Test
    void indexesAreOnPropertiesThatExist() {
        for (GraphSchema.Index index : GraphSchema.INDEXES) {
            assertTrue(
                    GraphSchema.NODES.stream()
                            .filter(node -> node.label() == index.label())
                            .flatMap(node -> node.properties().stream())
                            .anyMatch(property -> property.key().equals(index.property())),
                    index.toString());
        }
        assertEquals(
                GraphSchema.INDEXES.size(), new HashSet<>(GraphSchema.INDEXES).size(), "twice");
    }

    @Test
    void hexIsUnsignedAndShort() {
        assertEquals("0xffff694ddfe9c5d0", Hex.of(0xffff694ddfe9c5d0L));
        assertEquals("0x0", Hex.of(0));
        assertEquals(0xffff694ddfe9c5d0L, Hex.parse("0xffff694ddfe9c5d0"));
        assertEquals(-1L, Hex.parse("FFFFFFFFFFFFFFFF"));
    }
}
