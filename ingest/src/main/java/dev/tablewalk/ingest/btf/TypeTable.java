package dev.tablewalk.ingest.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where each type of a BTF blob begins. Types follow each other without an index and are numbered
 * from 1, so one pass over them finds all.
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

    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment blob;
    private int[] offsets = new int[1 << 17];
    private int end = 1;
    private int damages;

    private TypeTable(MemorySegment blob) {
        this.blob = blob;
    }

    static TypeTable index(MemorySegment blob, int from, int to, int stringsLength) {
        TypeTable table = new TypeTable(blob);
        int at = from;
        while (at <= to - 12) {
            int length = table.length(at, stringsLength);
            if (length == 0 || length > to - at) {
                table.damages++;
                break;
            }
            table.add(at);
            at += length;
        }
        return table;
    }

    private void add(int at) {
        if (end == offsets.length) {
            offsets = Arrays.copyOf(offsets, end * 2);
        }
        offsets[end++] = at;
    }

    /** Bytes of the type that begins here, or 0 if none can. */
    private int length(int at, int stringsLength) {
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
            case PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 12;
            default -> 0;
        };
    }

    int count() {
        return end - 1;
    }

    int damages() {
        return damages;
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
