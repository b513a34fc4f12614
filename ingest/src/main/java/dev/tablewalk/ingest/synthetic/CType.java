package dev.tablewalk.ingest.synthetic;

import java.util.List;

/** A C type, in the shapes that BTF tells apart. */
sealed interface CType {
    /** No type at all; id 0 in BTF. */
    record NoType() implements CType {}

    /** An integer; {@code bool} and {@code char} have their own encodings. */
    record Int(String name, int size, boolean signed) implements CType {}

    record Pointer(CType to) implements CType {}

    record Array(CType of, int count) implements CType {}

    /** A {@code const} or {@code volatile} type. */
    record Qualified(boolean isConst, CType of) implements CType {}

    /** A mention of a struct, union or enum by its tag. */
    record Tag(Keyword keyword, String name) implements CType {}

    /** A mention of a typedef. */
    record TypedefName(String name) implements CType {}

    record Typedef(String name, CType of) implements CType {}

    /**
     * A struct or union with its layout.
     *
     * @param name the tag; empty if it has none
     * @param size bytes
     * @param align bytes
     */
    record Aggregate(Keyword keyword, String name, int size, int align, List<Member> members)
            implements CType {}

    /**
     * One member.
     *
     * @param name empty for an anonymous struct or union
     * @param bitOffset from the start of the struct
     * @param bits width of a bit-field; 0 if it is none
     */
    record Member(String name, CType type, int bitOffset, int bits) {}

    /**
     * An enum.
     *
     * @param size bytes: 4, or 8 if a value needs more
     */
    record Enumeration(String name, int size, List<Enumerator> enumerators) implements CType {}

    record Enumerator(String name, long value) {}

    /** What introduces a tag. */
    enum Keyword {
        STRUCT,
        UNION,
        ENUM
    }
}
