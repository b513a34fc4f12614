package dev.tablewalk.ingest.types;

/**
 * Where a member lies in its outermost struct.
 *
 * @param offset bytes; of a bit-field, of the byte that holds its first bit
 * @param size bytes of its type, an array's as a whole
 * @param bitShift first bit in that byte, of a bit-field
 * @param bitSize bits of a bit-field, or 0
 * @param elements of an array, or 1
 * @param typeId in the BTF; 0 where something else describes it
 */
public record Field(int offset, int size, int bitShift, int bitSize, int elements, int typeId) {
    /** Stands for a member that is not described: it reads as zero, and has no elements. */
    public static final Field ABSENT = new Field(0, 0, 0, 0, 0, 0);

    /** Whether the member is described. */
    public boolean isKnown() {
        return elements != 0;
    }

    /** The same member, seen from the start of the struct that holds its struct. */
    public Field inside(Field outer) {
        return new Field(outer.offset + offset, size, bitShift, bitSize, elements, typeId);
    }
}
