package dev.tablewalk.ingest.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where each type of a BTF blob begins. Types follow each other without an index and are numbered
 * from 1, so one pass over them finds all. Where the pass cannot go on, because the blob is
 * damaged, it is taken up behind the damage, and {@link Renumbering} tells with which number.
 */
final class TypeTable {
    static final int INT = 1;
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int FWD = 7;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int RESTRICT = 11;
    static final int FUNC = 12;
    static final int FUNC_PROTO = 13;
    static final int VAR = 14;
    static final int DATASEC = 15;
    static final int FLOAT = 16;
    static final int DECL_TAG = 17;
    static final int TYPE_TAG = 18;
    static final int ENUM64 = 19;

    /** The shortest type. */
    static final int SHORTEST = 12;

    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** So many sound types in a row are no chance. */
    private static final int SOUND_RUN = 64;

    /** A blob with more damage than this is not worth the time. */
    private static final int MOST_DAMAGES = 128;

    private final MemorySegment blob;
    private final int typesEnd;
    private final int strings;
    private final int stringsLength;
    private int[] offsets = new int[1 << 17];
    private int end = 1;
    private int damages;
    private boolean namesLost;

    private TypeTable(MemorySegment blob, int typesEnd, int strings, int stringsLength) {
        this.blob = blob;
        this.typesEnd = typesEnd;
        this.strings = strings;
        this.stringsLength = stringsLength;
    }

    /**
     * Goes over all types.
     *
     * @param from offset of the first type in the blob
     * @param to offset behind the last
     * @param strings offset of the string section
     */
    static TypeTable index(MemorySegment blob, int from, int to, int strings, int stringsLength) {
        TypeTable table = new TypeTable(blob, to, strings, stringsLength);
        int at = table.run(from);
        int known = at;
        while (at <= to - SHORTEST && table.damages < MOST_DAMAGES) {
            table.damages++;
            int next = table.soundFrom(at + 4);
            if (next < 0) {
                break;
            }
            int first = table.end;
            at = table.run(next);
            if (Renumbering.apply(table, first, (next - known) / SHORTEST + 1)) {
                known = at;
            } else {
                table.end = first; // which numbers they have is not known: better none than wrong
            }
        }
        return table;
    }

    /** Adds types from here on as long as they make sense; says where that ends. */
    private int run(int from) {
        int at = from;
        while (at <= typesEnd - SHORTEST) {
            int length = length(at);
            if (length == 0 || length > typesEnd - at) {
                return at;
            }
            if (end == offsets.length) {
                offsets = Arrays.copyOf(offsets, end * 2);
            }
            offsets[end++] = at;
            namesLost |= !isNamed(at);
            at += length;
        }
        return at;
    }

    /** The first place at which a row of sound types begins, or -1. */
    private int soundFrom(int from) {
        for (int start = from; start <= typesEnd - SHORTEST; start += 4) {
            int at = start;
            int sound = 0;
            while (sound < SOUND_RUN && at <= typesEnd - SHORTEST && beginsName(at)) {
                int length = length(at);
                if (length == 0) {
                    break;
                }
                at += length;
                sound++;
            }
            if (sound == SOUND_RUN || (sound > 0 && at == typesEnd)) {
                return start;
            }
        }
        return -1;
    }

    /** Whether the type's name is where a string begins: random numbers seldom point there. */
    private boolean beginsName(int at) {
        int name = blob.get(U32, at);
        return name == 0
                || (name > 0
                        && name < stringsLength
                        && blob.get(ValueLayout.JAVA_BYTE, strings + name - 1) == 0);
    }

    /** Whether the type, or member, has no name, or one that has not been overwritten. */
    boolean isNamed(int at) {
        return beginsName(at)
                && (blob.get(U32, at) == 0
                        || blob.get(ValueLayout.JAVA_BYTE, strings + blob.get(U32, at)) != 0);
    }

    /** Bytes of the type that begins here, or 0 if none can. */
    private int length(int at) {
        int info = blob.get(U32, at + 4);
        int vlen = info & 0xffff;
        if (Integer.compareUnsigned(blob.get(U32, at), stringsLength) >= 0
                || (info & 0x60ff0000) != 0) {
            return 0;
        }
        return switch (info >>> 24 & 0x1f) {
            case INT, VAR, DECL_TAG -> 16;
            case ARRAY -> 24;
            case STRUCT, UNION, DATASEC, ENUM64 -> 12 + 12 * vlen;
            case ENUM, FUNC_PROTO -> 12 + 8 * vlen;
            case PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> SHORTEST;
            default -> 0;
        };
    }

    /** Moves all types from one number on up; the numbers in between have no type. */
    void renumber(int first, int by) {
        int count = end - first;
        int[] moved = Arrays.copyOf(offsets, Math.max(offsets.length, end + by));
        System.arraycopy(offsets, first, moved, first + by, count);
        Arrays.fill(moved, first, first + by, 0);
        offsets = moved;
        end += by;
    }

    MemorySegment blob() {
        return blob;
    }

    /** Types that were found. */
    int count() {
        int n = 0;
        for (int id = 1; id < end; id++) {
            n += offsets[id] != 0 ? 1 : 0;
        }
        return n;
    }

    int damages() {
        return damages;
    }

    /** Whether there is no damage, neither to types nor to their names. */
    boolean isWhole() {
        return damages == 0 && !namesLost;
    }

    /** Behind the highest id. */
    int end() {
        return end;
    }

    /** Where the type begins in the blob, or 0 if there is no such type. */
    int offset(int id) {
        return id > 0 && id < end ? offsets[id] : 0;
    }

    int kind(int id) {
        return blob.get(U32, offsets[id] + 4) >>> 24 & 0x1f;
    }

    int vlen(int id) {
        return blob.get(U32, offsets[id] + 4) & 0xffff;
    }
}
