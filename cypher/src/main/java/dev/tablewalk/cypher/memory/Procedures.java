package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Item.OfNode;
import dev.tablewalk.cypher.memory.Item.OfRelationship;
import dev.tablewalk.cypher.procedure.TableTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The procedures that walk trees of tables, on a graph in memory. */
final class Procedures {
    private final MemorySpaces spaces;

    Procedures(MemorySpaces spaces) {
        this.spaces = spaces;
    }

    /** Gives rows, each good until the next, to a flow until that wants no more; then false. */
    @FunctionalInterface
    interface Rows {
        boolean call(@Nullable Object[] arguments, Flow rows);
    }

    /** A procedure and the names of what it yields. */
    record Procedure(List<String> columns, Rows rows) {}

    Procedure of(String name, int arguments) {
        return switch (name + "/" + arguments) {
            case "tw.tables/1", "tw.tables/3" ->
                    new Procedure(List.of("table", "moved", "way"), this::tables);
            case "tw.places/1" ->
                    new Procedure(List.of("origin", "pointer", "moved", "way"), this::places);
            case "tw.leaves/1" ->
                    new Procedure(List.of("leaf", "va", "vmas", "outside"), this::leaves);
            default -> throw new NotUnderstoodException(name);
        };
    }

    private boolean tables(@Nullable Object[] arguments, Flow rows) {
        if (!(arguments[0] instanceof OfNode root)) {
            return true;
        }
        TableTree.Range range =
                arguments.length == 3
                                && arguments[1] instanceof Long from
                                && arguments[2] instanceof Long to
                        ? new TableTree.Range(from, to, spaces.geometry())
                        : null;
        for (TableTree.Place<OfNode, OfRelationship> place : spaces.trees().below(root, range)) {
            if (!rows.row(new Object[] {place.table(), place.moved(), place.way()})) {
                return false;
            }
        }
        return true;
    }

    private boolean places(@Nullable Object[] arguments, Flow rows) {
        if (!(arguments[0] instanceof OfNode table)) {
            return true;
        }
        for (TableTree.Origin<OfRelationship> origin : spaces.trees().above(table)) {
            if (!rows.row(
                    new Object[] {
                        spaces.source(origin.pointer()),
                        origin.pointer(),
                        origin.moved(),
                        origin.way()
                    })) {
                return false;
            }
        }
        return true;
    }

    private boolean leaves(@Nullable Object[] arguments, Flow rows) {
        if (!(arguments[0] instanceof OfNode mm)) {
            return true;
        }
        Leaves leaves = spaces.leaves(mm);
        Object[] row = new Object[4]; // one for all: there are millions
        for (int i = 0; i < leaves.size(); i++) {
            row[0] = leaves.pointer(i);
            row[1] = leaves.va(i);
            row[2] = leaves.vmas(i);
            row[3] = leaves.outside(i);
            if (!rows.row(row)) {
                return false;
            }
        }
        return true;
    }
}
