package dev.tablewalk.cli.part;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.PathValue;
import dev.tablewalk.cypher.RelationshipValue;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and relationships of a checkpoint, held in memory: those that a query returns, alone, in
 * paths or in lists. A relationship brings the nodes that it begins and ends at.
 */
public final class PartOfGraph {
    private static final String ALL = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN n, r";
    private static final String ENDS = "MATCH (n) WHERE id(n) IN $numbers RETURN n";

    private final String of;
    private final int most;
    private final Map<Long, NodeValue> nodes = new TreeMap<>();
    private final Map<Long, RelationshipValue> relationships = new TreeMap<>();

    private PartOfGraph(String of, int most) {
        this.of = of;
        this.most = most;
    }

    /**
     * Asks for it.
     *
     * @param query in Cypher; null for the whole graph
     * @param format that it is for, to be told of
     * @param most nodes and relationships together
     * @throws UserError if there are more, or none
     */
    public static PartOfGraph of(
            Checkpoint checkpoint, @Nullable String query, String format, int most) {
        PartOfGraph part = new PartOfGraph(checkpoint.info().name(), most);
        if (query == null) {
            long all = checkpoint.nodeCount() + checkpoint.relationshipCount();
            if (all > most) {
                throw tooMany(String.format(Locale.ROOT, "%s has %,d", part.of, all), format, most);
            }
        }
        part.addAll(checkpoint, query == null ? ALL : query, Map.of(), format);
        List<Long> missing = new ArrayList<>();
        for (RelationshipValue each : part.relationships.values()) {
            for (long end : new long[] {each.startId(), each.endId()}) {
                if (!part.nodes.containsKey(end)) {
                    missing.add(end);
                }
            }
        }
        if (!missing.isEmpty()) {
            part.addAll(checkpoint, ENDS, Map.of("numbers", missing), format);
        }
        if (part.nodes.isEmpty()) {
            throw UserError.input(
                    "the query returns no nodes, relationships or paths: RETURN them, and not their"
                            + " properties");
        }
        return part;
    }

    private static UserError tooMany(String what, String format, int most) {
        return UserError.input(
                String.format(
                        Locale.ROOT,
                        "%s nodes and relationships, and %s is for %,d at most: take a part with"
                                + " --query, or all with --format neo4j-admin, --format parquet or"
                                + " tablewalk push",
                        what,
                        format,
                        most));
    }

    private void addAll(
            Checkpoint checkpoint, String query, Map<String, Object> parameters, String format) {
        try (Rows rows = checkpoint.query(query, parameters)) {
            while (rows.hasNext()) {
                rows.next().forEach(this::add);
                if (nodes.size() + relationships.size() > most) {
                    throw tooMany(
                            String.format(Locale.ROOT, "the answer has more than %,d", most),
                            format,
                            most);
                }
            }
        }
    }

    private void add(@Nullable Object value) {
        switch (value) {
            case NodeValue node -> nodes.put(node.id(), node);
            case RelationshipValue relationship ->
                    relationships.put(relationship.id(), relationship);
            case PathValue path -> {
                path.nodes().forEach(this::add);
                path.relationships().forEach(this::add);
            }
            case Collection<?> list -> list.forEach(this::add);
            case null, default -> {} // a number beside them tells nothing here
        }
    }

    /** The checkpoint's name. */
    public String checkpoint() {
        return of;
    }

    /** By their numbers. */
    public Collection<NodeValue> nodes() {
        return nodes.values();
    }

    /** Those between {@link #nodes}. */
    public Collection<RelationshipValue> relationships() {
        return relationships.values();
    }
}
