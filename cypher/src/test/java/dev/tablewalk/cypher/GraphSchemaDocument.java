package dev.tablewalk.cypher;

import dev.tablewalk.cypher.procedure.Signature;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GraphSchema.Property;
import java.util.List;
import java.util.stream.Collectors;

/** Writes {@code docs/graph-schema.md} from what the code declares. */
final class GraphSchemaDocument {
    private final StringBuilder text = new StringBuilder();

    private GraphSchemaDocument() {}

    static String markdown() {
        GraphSchemaDocument document = new GraphSchemaDocument();
        document.write();
        return document.text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void write() {
        line("# The schema of the graph");
        line("");
        line(
                "Made from the code (`GraphSchema` and the functions' own descriptions) by"
                        + " `GraphSchemaDocumentTest`, which fails when this page is stale and"
                        + " writes it anew when asked to:");
        line("");
        line("```");
        line(
                "mvn -pl cypher -am test -Dtest=GraphSchemaDocumentTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dtablewalk.writeDocs=true");
        line("```");
        line("");
        line(
                "[The graph at a glance](graph.md) says how it is shaped, and how addresses are"
                        + " written.");
        line("");
        line("## Nodes");
        for (GraphSchema.Node node : GraphSchema.NODES) {
            line("");
            line("### " + node.label().text());
            line(node.meaning());
            properties(node.properties());
        }
        line("");
        line("## Relationships");
        for (GraphSchema.Relationship kind : GraphSchema.RELATIONSHIPS) {
            line("");
            line("### " + kind.from() + " → " + kind.type().name() + " → " + kind.to());
            line(kind.meaning());
            properties(kind.properties());
        }
        line("");
        line("## Of a diff");
        line(
                "A checkpoint that `tablewalk diff BEFORE AFTER --as NAME` made has every node and"
                        + " relationship of both sides once. A node that is only after has the"
                        + " label `Added` too, one that was only before `Removed`, one that is on"
                        + " both sides and not alike `Changed`; a relationship has a property for"
                        + " it. Page ranges are cut wherever one of either side begins or ends.");
        properties(GraphSchema.OF_DIFFS);
        line("");
        line("## Functions");
        line("Null gives null.");
        line("");
        line("| function | gives |");
        line("| --- | --- |");
        for (Signature function : Signature.functions()) {
            line("| `" + function.call() + "` | " + function.meaning() + " |");
        }
        line("");
        line("## Procedures");
        for (Signature procedure : Signature.procedures()) {
            line("`" + procedure.call() + "`");
            line("");
            line(procedure.meaning());
            line("");
        }
        line("## Indexes");
        line("A checkpoint has those whose label and property it has.");
        line("");
        line("| label | properties |");
        line("| --- | --- |");
        GraphSchema.INDEXES.stream()
                .map(GraphSchema.Index::label)
                .distinct()
                .forEach(
                        label ->
                                line(
                                        "| "
                                                + label.text()
                                                + " | "
                                                + GraphSchema.INDEXES.stream()
                                                        .filter(index -> index.label() == label)
                                                        .map(index -> "`" + index.property() + "`")
                                                        .collect(Collectors.joining(", "))
                                                + " |"));
    }

    private void properties(List<Property> properties) {
        if (properties.isEmpty()) {
            return;
        }
        line("");
        line("| property | type | meaning |");
        line("| --- | --- | --- |");
        for (Property property : properties) {
            line(
                    "| `"
                            + property.key()
                            + "` | "
                            + property.type().text()
                            + (property.optional() ? ", optional" : "")
                            + " | "
                            + property.meaning()
                            + " |");
        }
    }
}
