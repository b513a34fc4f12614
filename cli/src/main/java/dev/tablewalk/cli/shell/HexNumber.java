package dev.tablewalk.cli.shell;

import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.PathValue;
import dev.tablewalk.cypher.RelationshipValue;
import dev.tablewalk.graph.Hex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An integer that prints in hexadecimal. Still a number, so that tables align it as one. */
final class HexNumber extends Number {
    private static final long serialVersionUID = 1L;

    private final long value;

    private HexNumber(long value) {
        this.value = value;
    }

    /** A row whose integers are such, wherever in its values they are. */
    static List<@Nullable Object> row(List<? extends @Nullable Object> values) {
        List<@Nullable Object> row = new ArrayList<>(values.size());
        values.forEach(value -> row.add(of(value)));
        return row;
    }

    private static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Long number -> new HexNumber(number);
            case NodeValue node ->
                    new NodeValue(node.id(), node.labels(), properties(node.properties()));
            case RelationshipValue step -> relationship(step);
            case PathValue path ->
                    new PathValue(
                            path.nodes().stream()
                                    .map(
                                            node ->
                                                    new NodeValue(
                                                            node.id(),
                                                            node.labels(),
                                                            properties(node.properties())))
                                    .toList(),
                            path.relationships().stream().map(HexNumber::relationship).toList());
            case List<?> list -> row(list);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                map.forEach((key, element) -> entries.put(String.valueOf(key), of(element)));
                yield entries;
            }
            default -> value;
        };
    }

    private static RelationshipValue relationship(RelationshipValue step) {
        return new RelationshipValue(
                step.id(),
                step.type(),
                step.startId(),
                step.endId(),
                properties(step.properties()));
    }

    private static Map<String, Object> properties(Map<String, Object> properties) {
        Map<String, Object> all = new LinkedHashMap<>();
        properties.forEach((key, value) -> all.put(key, Objects.requireNonNull(of(value))));
        return all;
    }

    @Override
    public int intValue() {
        return (int) value;
    }

    @Override
    public long longValue() {
        return value;
    }

    @Override
    public float floatValue() {
        return value;
    }

    @Override
    public double doubleValue() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HexNumber number && number.value == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return Hex.of(value);
    }
}
