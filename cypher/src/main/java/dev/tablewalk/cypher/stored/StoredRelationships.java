package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reverse of {@link GraphRelationship#describe}. */
final class StoredRelationships {
    private static final List<String> POINTERS = List.of("field", "register");

    /** The few that there are, each once. */
    private final Map<LeafAttributes, LeafAttributes> attributes = new HashMap<>();

    GraphRelationship decode(String typeName, int from, int to, StoredProperties of) {
        RelationshipType type;
        try {
            type = RelationshipType.valueOf(typeName);
        } catch (IllegalArgumentException e) {
            throw StoreTokens.damaged("there is a relationship " + typeName);
        }
        return switch (type) {
            case POINTS_TO ->
                    of.has("memory")
                            ? leaf(from, to, of)
                            : of.has("raw") ? table(from, to, of) : pointer(from, to, of);
            case SWAPPED_TO, MARKED_AS ->
                    new GraphRelationship.SwapMapping(
                            from,
                            to,
                            of.integer("index"),
                            of.number("va"),
                            of.number("pages"),
                            of.number("size"),
                            of.numberOrNull("raw"),
                            type == RelationshipType.SWAPPED_TO);
            case PARENT_OF, RUNS, THREAD_OF, HAS_VMA, MAPS, LIES_IN, ABOUT ->
                    new GraphRelationship.Link(type, from, to);
        };
    }

    private static GraphRelationship pointer(int from, int to, StoredProperties of) {
        if (of.has("symbol")) {
            return new GraphRelationship.RootPointer(
                    from, to, of.text("symbol"), rootKind(of.text("kind")));
        }
        for (String key : POINTERS) {
            if (of.has(key)) {
                return new GraphRelationship.Pointer(from, to, key, of.text(key));
            }
        }
        throw StoreTokens.damaged("a pointer has no name");
    }

    private static RootKind rootKind(String text) {
        for (RootKind kind : RootKind.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw StoreTokens.damaged("a root is of no kind");
    }

    private static GraphRelationship table(int from, int to, StoredProperties of) {
        return new GraphRelationship.TablePointer(
                from,
                to,
                of.integer("index"),
                of.number("va"),
                of.number("raw"),
                of.truth("read_only_table"),
                of.truth("no_user_table"),
                of.truth("xn_table"),
                of.truth("pxn_table"));
    }

    private GraphRelationship leaf(int from, int to, StoredProperties of) {
        LeafAttributes allows =
                new LeafAttributes(
                        of.truth("valid"),
                        of.truth("writable"),
                        of.truth("executable"),
                        of.truth("kernel_executable"),
                        of.truth("user"),
                        of.truth("accessed"),
                        of.truth("dirty"),
                        of.truth("global"),
                        of.truth("contiguous"),
                        of.has("special"),
                        of.text("memory"));
        return new GraphRelationship.LeafMapping(
                from,
                to,
                of.integer("index"),
                of.integer("entries"),
                of.number("va"),
                of.number("pages"),
                of.number("size"),
                of.number("raw"),
                attributes.computeIfAbsent(allows, same -> same));
    }
}
