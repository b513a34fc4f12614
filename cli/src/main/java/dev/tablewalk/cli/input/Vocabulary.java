package dev.tablewalk.cli.input;

import dev.tablewalk.cypher.procedure.Procedures;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.RelationshipType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The words of Cypher and of the graph, for a prompt or an editor to complete. */
public final class Vocabulary {
    private static final Set<NodeLabel> OF_DIFFS =
            EnumSet.of(NodeLabel.CHECK, NodeLabel.ADDED, NodeLabel.REMOVED, NodeLabel.CHANGED);

    private static final List<String> KEYWORDS =
            words(
                    """
                    ALL AND ANY AS ASC BY CALL CASE COLLECT CONTAINS COUNT DESC DISTINCT ELSE END ENDS
                    EXISTS EXPLAIN FALSE IN IS LIMIT MATCH NONE NOT NULL OPTIONAL OR ORDER PROFILE
                    RETURN SHORTEST SINGLE SKIP STARTS THEN TRUE UNION UNWIND WHEN WHERE WITH XOR YIELD\
                    """);

    private static final List<String> FUNCTIONS =
            words(
                    """
                    abs avg ceil coalesce collect count elementId endNode floor head id isEmpty keys
                    labels last left length max min nodes nullIf percentileCont percentileDisc
                    properties range reduce relationships replace reverse right round shortestPath sign
                    size split sqrt startNode stDev substring sum tail toBoolean toFloat toInteger
                    toLower toString toUpper trim type valueType\
                    """);

    private static final Set<String> NAMESPACES = Set.of("tw", "db");

    private Vocabulary() {}

    private static List<String> words(String text) {
        return List.of(text.split("\\s+", -1));
    }

    /** Whether a name before a dot is no variable's. */
    public static boolean isNamespace(String name) {
        return NAMESPACES.contains(name);
    }

    /** Of Cypher, word by word. */
    public static List<String> keywords() {
        return KEYWORDS;
    }

    /** Names of functions and procedures, whole. */
    public static List<String> functions() {
        return Stream.of(
                        FUNCTIONS.stream(),
                        Procedures.functionNames().stream(),
                        Procedures.procedureNames().stream(),
                        Stream.of("db.labels", "db.relationshipTypes", "db.propertyKeys"))
                .flatMap(names -> names)
                .toList();
    }

    /** Labels of a checkpoint's nodes. */
    public static List<String> labels(boolean diff) {
        return Arrays.stream(NodeLabel.values())
                .filter(label -> diff || !OF_DIFFS.contains(label))
                .map(NodeLabel::text)
                .toList();
    }

    /** Types of relationships. */
    public static List<String> types() {
        return Arrays.stream(RelationshipType.values()).map(RelationshipType::name).toList();
    }

    /**
     * Property keys of a label's nodes or a type's relationships; all there are if it is none.
     *
     * @param owner a label or a type
     */
    public static List<String> properties(String owner, boolean diff) {
        // Roots and candidates are tables, and are described as such.
        String described =
                owner.equals(NodeLabel.ROOT.text()) || owner.equals(NodeLabel.CANDIDATE.text())
                        ? NodeLabel.PAGE_TABLE.text()
                        : owner;
        List<String> own = keys(described, diff);
        return own.isEmpty() ? keys("", diff) : own;
    }

    private static List<String> keys(String owner, boolean diff) {
        Stream<GraphSchema.Property> ofNodes =
                GraphSchema.NODES.stream()
                        .filter(node -> owner.isEmpty() || node.label().text().equals(owner))
                        .flatMap(node -> node.properties().stream());
        Stream<GraphSchema.Property> ofRelationships =
                GraphSchema.RELATIONSHIPS.stream()
                        .filter(kind -> owner.isEmpty() || kind.type().name().equals(owner))
                        .flatMap(kind -> kind.properties().stream());
        List<String> own =
                Stream.concat(ofNodes, ofRelationships)
                        .map(GraphSchema.Property::key)
                        .distinct()
                        .toList();
        Stream<String> ofDiffs =
                diff && !own.isEmpty()
                        ? GraphSchema.OF_DIFFS.stream().map(GraphSchema.Property::key)
                        : Stream.of();
        return Stream.concat(own.stream(), ofDiffs)
                .filter(key -> !key.endsWith("*"))
                .distinct()
                .sorted()
                .toList();
    }
}
