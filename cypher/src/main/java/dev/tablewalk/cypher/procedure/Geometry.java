package dev.tablewalk.cypher.procedure;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.UserError;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.ResourceIterator;
import org.neo4j.graphdb.Transaction;

/**
 * How the guest's tables divide an address, from the Checkpoint node.
 *
 * <p>A table has {@code 1 << bitsPerLevel} entries of 8 bytes, one page of them, but for the root,
 * which may have fewer. Level 0 is the root's.
 *
 * @param pageShift binary logarithm of the page size
 * @param vaBits of an address that select, offset in the page included
 * @param levels of tables
 */
public record Geometry(int pageShift, int vaBits, int levels) {
    private static final int SIGN = 55;

    static Geometry of(Node checkpoint) {
        return of(key -> checkpoint.getProperty(key, null));
    }

    /**
     * That which the properties of a Checkpoint node tell.
     *
     * @throws UserError if one of them is no number
     */
    public static Geometry of(Function<String, @Nullable Object> checkpoint) {
        return new Geometry(
                Long.numberOfTrailingZeros(number(checkpoint, "page_size")),
                (int) number(checkpoint, "va_bits"),
                (int) number(checkpoint, "levels"));
    }

    /**
     * The node that the geometry is read from.
     *
     * @throws UserError if there is none, or several, as where checkpoints were imported side by
     *     side
     */
    static Node checkpoint(Transaction transaction) {
        try (ResourceIterator<Node> found =
                transaction.findNodes(Label.label(NodeLabel.CHECKPOINT.text()))) {
            if (!found.hasNext()) {
                throw UserError.input("this database has no checkpoint");
            }
            Node checkpoint = found.next();
            if (found.hasNext()) {
                throw UserError.input(
                        "this database has several checkpoints, which may not have the same page"
                                + " size: tablewalk's functions are for databases of one");
            }
            return checkpoint;
        }
    }

    private static long number(Function<String, @Nullable Object> checkpoint, String key) {
        if (checkpoint.apply(key) instanceof Long number) {
            return number;
        }
        throw UserError.input("the Checkpoint node has no number " + key);
    }

    private int bitsPerLevel() {
        return pageShift - 3;
    }

    /** Lowest bit of the address that selects an entry of a table of that level. */
    int shift(int level) {
        return pageShift + (levels - 1 - level) * bitsPerLevel();
    }

    /** Bytes that one entry of a table of that level covers. */
    long entrySpan(int level) {
        return 1L << shift(level);
    }

    /** Bytes that one entry of a table covers whose level has that name; all if there is none. */
    long entrySpanOf(@Nullable Object levelName) {
        int fromLast =
                switch (levelName instanceof String name ? name : "") {
                    case "PTE" -> 0;
                    case "PMD" -> 1;
                    case "PUD" -> 2;
                    case "P4D" -> 3;
                    default -> levels - 1;
                };
        return entrySpan(levels - 1 - fromLast);
    }

    /** Index of the address's entry in a table of that level. */
    long index(int level, long va) {
        return offsetInTable(level, va) >>> shift(level);
    }

    /** Bytes of the address behind the first that a table of that level covers. */
    long offsetInTable(int level, long va) {
        int bits = level == 0 ? vaBits : shift(level) + bitsPerLevel();
        return va & ((1L << bits) - 1);
    }

    /** Bytes. */
    public long pageSize() {
        return 1L << pageShift;
    }

    /**
     * The address without a tag in its top byte: bit 55 tells which half it belongs to.
     *
     * @throws UserError if the bits above {@code vaBits} are not all alike
     */
    long canonical(long va) {
        long untagged = va << (63 - SIGN) >> (63 - SIGN);
        long above = untagged >> vaBits;
        if (above != 0 && above != -1) {
            throw UserError.input(
                    Hex.of(va) + " is not an address of this guest's: it has " + vaBits + " bits");
        }
        return untagged;
    }
}
