package dev.tablewalk.cli.mcp;

import dev.tablewalk.cypher.procedure.Signature;
import dev.tablewalk.graph.GraphSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells what is in a graph. */
final class SchemaTool extends Tool {
    SchemaTool() {
        super(
                "schema",
                "Schema of the graph",
                "Tells what every checkpoint's graph is made of: labels of nodes, types of"
                        + " relationships with the labels they lead from and to, properties with"
                        + " their types and meaning, and the functions and procedures (tw.*) that"
                        + " Cypher has here. Read it before you write Cypher for the tool query;"
                        + " about narrows it to some labels or types.",
                new Shape()
                        .maybe(
                                "about",
                                Shape.list(Shape.text()),
                                "Labels or types, such as Task or POINTS_TO; all if not given."),
                new Shape()
                        .with("nodes", Shape.list(Shape.object()), "A label each.")
                        .with(
                                "relationships",
                                Shape.list(Shape.object()),
                                "A type between two labels each.")
                        .with(
                                "of_diffs",
                                Shape.list(Shape.object()),
                                "Properties that nodes and relationships of a diff have besides;"
                                        + " its nodes may have a label Added, Removed or Changed.")
                        .with(
                                "indexes",
                                Shape.list(Shape.text()),
                                "Properties by which nodes are found at once.")
                        .with("functions", Shape.list(Shape.object()), "Functions of tablewalk's.")
                        .with(
                                "procedures",
                                Shape.list(Shape.object()),
                                "Procedures of tablewalk's."));
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        List<String> about = arguments.texts("about");
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(
                "nodes",
                GraphSchema.NODES.stream()
                        .filter(node -> about.isEmpty() || about.contains(node.label().text()))
                        .map(SchemaTool::json)
                        .toList());
        answer.put(
                "relationships",
                GraphSchema.RELATIONSHIPS.stream()
                        .filter(kind -> about.isEmpty() || about.contains(kind.type().name()))
                        .map(SchemaTool::json)
                        .toList());
        answer.put("of_diffs", properties(GraphSchema.OF_DIFFS));
        answer.put(
                "indexes",
                GraphSchema.INDEXES.stream()
                        .map(index -> index.label().text() + "." + index.property())
                        .toList());
        answer.put("functions", signatures(Signature.functions()));
        answer.put("procedures", signatures(Signature.procedures()));
        return answer;
    }

    private static Map<String, Object> json(GraphSchema.Node node) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", node.label().text());
        json.put("meaning", node.meaning());
        json.put("properties", properties(node.properties()));
        return json;
    }

    private static Map<String, Object> json(GraphSchema.Relationship kind) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", kind.type().name());
        json.put("from", kind.from());
        json.put("to", kind.to());
        json.put("meaning", kind.meaning());
        json.put("properties", properties(kind.properties()));
        return json;
    }

    private static List<Map<String, Object>> properties(List<GraphSchema.Property> properties) {
        return properties.stream()
                .map(
                        property -> {
                            Map<String, Object> json = new LinkedHashMap<>();
                            json.put("key", property.key());
                            json.put("type", property.type().text());
                            if (property.optional()) {
                                json.put("optional", true);
                            }
                            json.put("meaning", property.meaning());
                            return json;
                        })
                .toList();
    }

    private static List<Map<String, String>> signatures(List<Signature> signatures) {
        Stream<Signature> all = signatures.stream();
        return all.map(one -> Map.of("call", one.call(), "meaning", one.meaning())).toList();
    }
}
