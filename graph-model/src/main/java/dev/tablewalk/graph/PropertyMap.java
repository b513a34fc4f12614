package dev.tablewalk.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Properties as a map, in the order in which they were put: {@code Long}, {@code Boolean}, {@code
 * String} or a list of strings.
 */
public final class PropertyMap implements PropertySink {
    private final Map<String, Object> properties = new LinkedHashMap<>();

    /** What has been put so far, and what will be. */
    public Map<String, Object> asMap() {
        return Collections.unmodifiableMap(properties);
    }

    /** What a node or relationship describes itself with. */
    public static Map<String, Object> of(Consumer<PropertySink> describe) {
        PropertyMap map = new PropertyMap();
        describe.accept(map);
        return map.properties;
    }

    /** The reverse of {@link #of}. */
    @SuppressWarnings("unchecked") // a list is one of strings
    public static void describe(Map<String, Object> properties, PropertySink to) {
        properties.forEach(
                (key, value) -> {
                    switch (value) {
                        case Long number -> to.put(key, (long) number);
                        case Boolean truth -> to.put(key, (boolean) truth);
                        case String text -> to.put(key, text);
                        case List<?> list -> to.put(key, (List<String>) list);
                        default -> throw new IllegalArgumentException(key + " is " + value);
                    }
                });
    }

    @Override
    public void put(String key, long value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, boolean value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, String value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, List<String> values) {
        properties.put(key, List.copyOf(values));
    }

    /**
     * The properties of one thing on both sides of a diff.
     *
     * @param present those it has after, or had before if it is no more
     * @param before the values of those that differ; of a thing on one side only, empty
     * @param after likewise
     */
    public record Differences(
            Map<String, Object> present,
            Map<String, Object> before,
            Map<String, Object> after,
            boolean oneSided) {
        /** What a task has another of as soon as it runs, and is no other task for. */
        private static final Set<String> BY_RUNNING = Set.of("cpu", "context_switches");

        /** Compares; what is null is on the other side only. */
        public static Differences of(
                @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
            if (before == null || after == null) {
                return new Differences(
                        Objects.requireNonNull(after != null ? after : before),
                        Map.of(),
                        Map.of(),
                        true);
            }
            Map<String, Object> was = new LinkedHashMap<>(before);
            was.entrySet().removeIf(each -> each.getValue().equals(after.get(each.getKey())));
            Map<String, Object> is = new LinkedHashMap<>(after);
            is.entrySet().removeIf(each -> each.getValue().equals(before.get(each.getKey())));
            return new Differences(after, was, is, false);
        }

        /** Whether it is on both sides, and alike but for what a task changes by running. */
        public boolean isNone() {
            return !oneSided
                    && BY_RUNNING.containsAll(before.keySet())
                    && BY_RUNNING.containsAll(after.keySet());
        }

        void describe(PropertySink to) {
            PropertyMap.describe(present, to);
            before.forEach(
                    (key, value) -> PropertyMap.describe(Map.of("before_" + key, value), to));
            after.forEach((key, value) -> PropertyMap.describe(Map.of("after_" + key, value), to));
        }
    }
}
