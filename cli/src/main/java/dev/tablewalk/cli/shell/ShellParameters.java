package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values for {@code $parameters} that stay until they are cleared, as they were typed. */
final class ShellParameters {
    private final Map<String, String> texts = new TreeMap<>();

    /**
     * Sets one.
     *
     * @param assignment {@code key=value}
     * @throws dev.tablewalk.graph.UserError if it is not that, or no value
     */
    void set(String assignment) {
        QueryParameters.parse(List.of(assignment)); // so that a wrong one is not kept
        texts.putAll(QueryParameters.split(List.of(assignment)));
    }

    void clear() {
        texts.clear();
    }

    /** As they were typed, by name. */
    Map<String, String> texts() {
        return Map.copyOf(texts);
    }

    /** As values of a statement. */
    Map<String, Object> values() {
        return QueryParameters.parse(
                texts.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }

    /** Those that a saved query takes, and over them what is given for this once. */
    Map<String, String> of(SavedQuery query, Map<String, String> given) {
        Map<String, String> all = new TreeMap<>();
        for (SavedQuery.Parameter parameter : query.parameters()) {
            String text = texts.get(parameter.name());
            if (text != null) {
                all.put(parameter.name(), text);
            }
        }
        all.putAll(given);
        return all;
    }
}
