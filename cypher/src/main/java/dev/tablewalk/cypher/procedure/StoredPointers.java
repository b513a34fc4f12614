package dev.tablewalk.cypher.procedure;

import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Direction;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.RelationshipType;

/** The graph in the store, through the transaction that its nodes are of. */
final class StoredPointers implements PointerGraph<Node, Relationship> {
    static final StoredPointers GRAPH = new StoredPointers();
    static final TableTree<Node, Relationship> TREES = new TableTree<>(GRAPH);
    static final AddressSpaces<Node, Relationship> SPACES = new AddressSpaces<>(GRAPH);

    private static final RelationshipType POINTS_TO = RelationshipType.withName("POINTS_TO");
    private static final RelationshipType HAS_VMA = RelationshipType.withName("HAS_VMA");
    private static final RelationshipType MAPS = RelationshipType.withName("MAPS");
    private static final Label PAGE_TABLE = Label.label("PageTable");

    private StoredPointers() {}

    @Override
    public Iterable<Relationship> pointersFrom(Node node) {
        return node.getRelationships(Direction.OUTGOING, POINTS_TO);
    }

    @Override
    public Iterable<Relationship> pointersTo(Node node) {
        return node.getRelationships(Direction.INCOMING, POINTS_TO);
    }

    @Override
    public Node source(Relationship pointer) {
        return pointer.getStartNode();
    }

    @Override
    public Node target(Relationship pointer) {
        return pointer.getEndNode();
    }

    @Override
    public boolean isTable(Node node) {
        return node.hasLabel(PAGE_TABLE);
    }

    @Override
    public Iterable<Node> vmas(Node mm) {
        return mm.getRelationships(Direction.OUTGOING, HAS_VMA).stream()
                .map(Relationship::getEndNode)
                .toList();
    }

    @Override
    public @Nullable Node file(Node vma) {
        for (Relationship maps : vma.getRelationships(Direction.OUTGOING, MAPS)) {
            return maps.getEndNode();
        }
        return null;
    }

    @Override
    @SuppressWarnings("removal") // it is the number in this store that is asked for
    public long number(Node node) {
        return node.getId();
    }

    @Override
    public Property<Node> ofNodes(String key) {
        return node -> node.getProperty(key, null);
    }

    @Override
    public Property<Relationship> ofPointers(String key) {
        return pointer -> pointer.getProperty(key, null);
    }
}
