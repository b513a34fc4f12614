package dev.tablewalk.cypher.procedure;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/**
 * Procedures that follow {@code POINTS_TO} through trees of page tables. Their cost follows tables,
 * entries and VMAs, where a pattern of variable length follows ways: see {@link TableTree}.
 */
public final class TreeProcedures {
    @Context
    @SuppressWarnings("NullAway.Init") // set by Neo4j
    public Transaction transaction;

    /** A table in a tree. Neo4j reads the columns from the public fields. */
    public static final class TableRow {
        public final Node table;
        public final long moved;
        public final List<Relationship> way;

        TableRow(TableTree.Place<Node, Relationship> place) {
            this.table = place.table();
            this.moved = place.moved();
            this.way = place.way();
        }
    }

    @Procedure(name = "tw.tables", mode = Mode.READ)
    @Description(
            "The tables below a root, and it, in the order of their addresses. way is the list of"
                    + " pointers from the root, moved what tw.moved says of it. A table that is in"
                    + " the tree at many places is told of at the 64 lowest. With from and to only"
                    + " those are told of that cover a part of these addresses.")
    public Stream<TableRow> tables(
            @Name("root") @Nullable Node root,
            @Name(value = "from", defaultValue = "null") @Nullable Long from,
            @Name(value = "to", defaultValue = "null") @Nullable Long to) {
        if (root == null) {
            return Stream.empty();
        }
        TableTree.Range range =
                from == null || to == null
                        ? null
                        : new TableTree.Range(
                                from, to, Geometry.of(Geometry.checkpoint(transaction)));
        return StoredPointers.TREES.below(root, range).stream().map(TableRow::new);
    }

    /** Whose tree a table is in. */
    public static final class PlaceRow {
        public final Node origin;
        public final Relationship pointer;
        public final long moved;
        public final List<Relationship> way;

        PlaceRow(TableTree.Origin<Relationship> origin) {
            this.origin = origin.pointer().getStartNode();
            this.pointer = origin.pointer();
            this.moved = origin.moved();
            this.way = origin.way();
        }
    }

    @Procedure(name = "tw.places", mode = Mode.READ)
    @Description(
            "Whose trees a table is in: origin is the MmStruct, Checkpoint or Cpu whose pointer"
                    + " leads to the root, way and moved are as of tw.tables. Of each tree 64"
                    + " places are told at most.")
    public Stream<PlaceRow> places(@Name("table") @Nullable Node table) {
        return table == null
                ? Stream.empty()
                : StoredPointers.TREES.above(table).stream().map(PlaceRow::new);
    }

    /** A leaf of an address space. */
    public static final class LeafRow {
        public final Relationship leaf;
        public final long va;
        public final List<Node> vmas;
        public final long outside;

        LeafRow(AddressSpaces.Leaf<Node, Relationship> leaf) {
            this.leaf = leaf.pointer();
            this.va = leaf.va();
            this.vmas = leaf.vmas();
            this.outside = leaf.outside();
        }
    }

    @Procedure(name = "tw.leaves", mode = Mode.READ)
    @Description(
            "The relationships to page ranges that an address space's tables have at addresses of"
                + " its own, not the kernel's, in their order. va is the address of the first page"
                + " in this address space, vmas are the VMAs that have a part of it, outside counts"
                + " the pages that lie in none.")
    public Stream<LeafRow> leaves(@Name("mm") @Nullable Node mm) {
        return mm == null
                ? Stream.empty()
                : StoredPointers.SPACES
                        .leaves(
                                mm,
                                Geometry.of(Geometry.checkpoint(transaction)).pageSize(),
                                vma -> vma)
                        .map(LeafRow::new);
    }
}
