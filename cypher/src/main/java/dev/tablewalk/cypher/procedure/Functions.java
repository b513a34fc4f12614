package dev.tablewalk.cypher.procedure;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Entity;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.UserFunction;

/** Functions of queries. Null gives null, as Cypher's own do. */
public final class Functions {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    @Context
    @SuppressWarnings("NullAway.Init") // set by Neo4j
    public Transaction transaction;

    private Geometry geometry() {
        return Geometry.of(Geometry.checkpoint(transaction));
    }

    @UserFunction("tw.hex")
    @Description("A number as crash and drgn print it: unsigned, in hexadecimal, with 0x.")
    public @Nullable String hex(@Name("n") @Nullable Long n) {
        return n == null ? null : Hex.of(n);
    }

    @UserFunction("tw.addr")
    @Description(
            "The number that a text such as '0xffff694ddfe9c5d0' stands for, as the signed 64-bit"
                    + " integer that properties hold.")
    public @Nullable Long addr(@Name("text") @Nullable String text) {
        return text == null ? null : Address.parse(text);
    }

    @UserFunction("tw.size")
    @Description(
            "A number of bytes in the largest binary unit that leaves at least one, such as '2 MiB'"
                    + " or '1.5 KiB'.")
    public @Nullable String size(@Name("bytes") @Nullable Long bytes) {
        if (bytes == null) {
            return null;
        }
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        long tenths = Math.round(value * 10);
        return (tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0))
                + " "
                + UNITS[unit];
    }

    @UserFunction("tw.perms")
    @Description(
            "What a POINTS_TO relationship to a PageRange allows, in five letters: r (valid: it can"
                + " be read at all), w (written), x (executed in user mode), k (executed in kernel"
                + " mode), u (reached from user mode), each - if not.")
    public @Nullable String perms(@Name("mapping") @Nullable Relationship mapping) {
        if (mapping == null) {
            return null;
        }
        return letter(mapping, "valid", 'r')
                + letter(mapping, "writable", 'w')
                + letter(mapping, "executable", 'x')
                + letter(mapping, "kernel_executable", 'k')
                + letter(mapping, "user", 'u');
    }

    private static String letter(Entity mapping, String property, char letter) {
        if (!(mapping.getProperty(property, null) instanceof Boolean allowed)) {
            throw UserError.input(
                    "tw.perms: a POINTS_TO relationship to a PageRange has permissions, this one"
                            + " has none");
        }
        return String.valueOf(allowed ? letter : '-');
    }

    @UserFunction("tw.pa")
    @Description(
            "The physical address that a POINTS_TO relationship to a PageRange maps a virtual"
                    + " address to; null if it does not map it.")
    public @Nullable Long pa(
            @Name("mapping") @Nullable Relationship mapping, @Name("va") @Nullable Long va) {
        if (mapping == null || va == null) {
            return null;
        }
        Node range = mapping.getEndNode();
        if (!(mapping.getProperty("va", null) instanceof Long from)
                || !(range.getProperty("pa", null) instanceof Long pa)
                || !(range.getProperty("pfn", null) instanceof Long pfn)
                || !(range.getProperty("pages", null) instanceof Long pages)) {
            throw UserError.input(
                    "tw.pa: only a POINTS_TO relationship to a PageRange maps addresses");
        }
        // Frame 0 does not tell how large a page is.
        long bytes = pages * (pfn != 0 ? pa / pfn : geometry().pageSize());
        long offset = va - from;
        return offset >= 0 && offset < bytes ? pa + offset : null;
    }

    @UserFunction("tw.moved")
    @Description(
            "How far the table that a way of POINTS_TO relationships leads to lies, in the tree"
                    + " that the way starts in, from where its own va and those of its entries say."
                    + " Those are of the tree in which the table was found first: the sum is the"
                    + " address in this tree. 0 unless trees share a table.")
    public @Nullable Long moved(@Name("way") @Nullable List<Relationship> way) {
        if (way == null) {
            return null;
        }
        long moved = 0;
        for (Relationship step : way) {
            moved += StoredPointers.TREES.moved(step);
        }
        return moved;
    }

    @UserFunction("tw.vmas")
    @Description(
            "The VMAs of an address space that hold an address: none or one, if no two overlap."
                    + " An address space's VMAs are sorted once for a query.")
    public @Nullable List<Node> vmas(@Name("mm") @Nullable Node mm, @Name("va") @Nullable Long va) {
        return mm == null || va == null
                ? null
                : SpaceCache.of(transaction).vmas(transaction, mm, va);
    }

    @UserFunction("tw.owner")
    @Description(
            "The task of the lowest pid that has an address space; null if none has. Tasks are"
                    + " looked through once for a query.")
    public @Nullable Node owner(@Name("mm") @Nullable Node mm) {
        return mm == null ? null : SpaceCache.of(transaction).owner(transaction, mm);
    }
}
