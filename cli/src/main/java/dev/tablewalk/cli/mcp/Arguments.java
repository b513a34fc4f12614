package dev.tablewalk.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a tool is called with. It was held against the tool's schema. */
record Arguments(JsonNode json) {
    static Arguments of(@Nullable Map<String, Object> arguments) {
        return new Arguments(
                Stdio.JSON.getObjectMapper().valueToTree(arguments == null ? Map.of() : arguments));
    }

    String text(String key) {
        return json.path(key).asText();
    }

    @Nullable String optionalText(String key) {
        return json.path(key).isTextual() ? json.path(key).textValue() : null;
    }

    int number(String key, int standard) {
        return json.path(key).asInt(standard);
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        json.path(key).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** An object's members as they would be typed: a text as it is, anything else as JSON. */
    Map<String, String> typed(String key) {
        Map<String, String> typed = new LinkedHashMap<>();
        json.path(key)
                .properties()
                .forEach(
                        member ->
                                typed.put(
                                        member.getKey(),
                                        member.getValue().isTextual()
                                                ? member.getValue().textValue()
                                                : member.getValue().toString()));
        return typed;
    }

    /** The same, so that text stays text unless it is {@code 0x…}. */
    Map<String, String> quoted(String key) {
        Map<String, String> typed = typed(key);
        typed.replaceAll(
                (name, text) ->
                        json.path(key).path(name).isTextual() && !text.matches("0[xX].*")
                                ? json.path(key).path(name).toString()
                                : text);
        return typed;
    }
}
