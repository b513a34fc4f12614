package dev.tablewalk.ingest.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tells which numbers the types behind a damaged place have. How many were lost is not written
 * anywhere, but structs tell: with the right number, a member's type fills the room up to the next
 * member, and with a wrong one it does so only by chance.
 */
final class Renumbering {
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int ENOUGH = 1_000;

    /** Beyond so many lost types chance would agree as well, and the search would take too long. */
    private static final int MOST_LOST = 600;

    private static final int FEWEST = 16;
    private static final int MAX_DEPTH = 32;

    private final TypeTable types;
    private final MemorySegment blob;
    private final int first;

    private Renumbering(TypeTable types, int first) {
        this.types = types;
        this.blob = types.blob();
        this.first = first;
    }

    /**
     * Finds the numbers and gives them.
     *
     * @param first number that the types behind the damage have for now
     * @param most how many types may have been lost
     * @return false if nothing tells; nothing was changed then
     */
    static boolean apply(TypeTable types, int first, int most) {
        Renumbering search = new Renumbering(types, first);
        int best = 0;
        double bestShare = 0;
        for (int by = 0; by <= Math.min(most, MOST_LOST); by++) {
            double share = search.share(by);
            if (share > bestShare) {
                bestShare = share;
                best = by;
            }
        }
        if (bestShare < 0.9) {
            return false;
        }
        types.renumber(first, best);
        return true;
    }

    /** How many of the members that can tell, agree; 0 if too few can. */
    private double share(int by) {
        int tell = 0;
        int agree = 0;
        for (int id = first; id < types.end() && tell < ENOUGH; id++) {
            if (types.kind(id) != TypeTable.STRUCT) {
                continue;
            }
            int at = types.offset(id);
            boolean bitFields = blob.get(U32, at + 4) < 0;
            int members = types.vlen(id);
            for (int i = 0; i < members && !bitFields; i++) {
                int m = at + 12 + 12 * i;
                long from = Integer.toUnsignedLong(blob.get(U32, m + 8)) >>> 3;
                long to =
                        i + 1 < members
                                ? Integer.toUnsignedLong(blob.get(U32, m + 20)) >>> 3
                                : Integer.toUnsignedLong(blob.get(U32, at + 8));
                long size = size(blob.get(U32, m + 4), by, 0);
                if (size == -1) {
                    continue;
                }
                tell++;
                agree += size > 0 && size <= to - from && to - from - size < 8 ? 1 : 0;
            }
        }
        return tell < FEWEST ? 0 : (double) agree / tell;
    }

    /** Bytes of a type; -1 if it does not depend on the numbers sought, -2 if it has no size. */
    private long size(int id, int by, int depth) {
        int now = id - by;
        if (now < first || now >= types.end() || depth > MAX_DEPTH) {
            return id < first || depth > MAX_DEPTH ? -1 : -2;
        }
        int at = types.offset(now);
        return switch (types.kind(now)) {
            case TypeTable.PTR -> 8;
            case TypeTable.INT,
                    TypeTable.STRUCT,
                    TypeTable.UNION,
                    TypeTable.ENUM,
                    TypeTable.ENUM64,
                    TypeTable.FLOAT ->
                    Integer.toUnsignedLong(blob.get(U32, at + 8));
            case TypeTable.TYPEDEF,
                    TypeTable.VOLATILE,
                    TypeTable.CONST,
                    TypeTable.RESTRICT,
                    TypeTable.TYPE_TAG ->
                    size(blob.get(U32, at + 8), by, depth + 1);
            case TypeTable.ARRAY -> {
                long element = size(blob.get(U32, at + 12), by, depth + 1);
                yield element < 0
                        ? element
                        : element * Integer.toUnsignedLong(blob.get(U32, at + 20));
            }
            default -> -2;
        };
    }
}
