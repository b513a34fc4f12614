package dev.tablewalk.cypher.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that an expression sees, and their slots; does not change. */
final class Scope {
    static final Scope EMPTY = new Scope(Map.of());

    private final Map<String, Integer> slots;

    private Scope(Map<String, Integer> slots) {
        this.slots = slots;
    }

    Scope with(String name, int slot) {
        Map<String, Integer> more = new LinkedHashMap<>(slots);
        more.put(name, slot);
        return new Scope(more);
    }

    Scope with(Scope inner) {
        Map<String, Integer> more = new LinkedHashMap<>(slots);
        more.putAll(inner.slots);
        return new Scope(more);
    }

    boolean has(String name) {
        return slots.containsKey(name);
    }

    /** All of its slots. */
    int[] slots() {
        return slots.values().stream().mapToInt(Integer::intValue).toArray();
    }

    int slot(String name) {
        @Nullable Integer slot = slots.get(name);
        if (slot == null) {
            throw new NotUnderstoodException("the variable " + name);
        }
        return slot;
    }
}
