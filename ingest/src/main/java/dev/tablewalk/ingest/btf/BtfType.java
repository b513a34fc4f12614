package dev.tablewalk.ingest.btf;

import java.util.List;

/**
 * A type as BTF has it: one class for each of its kinds, those that only pass a name or a qualifier
 * on in one. Other types are told by their ids; 0 is {@code void}. A name may be empty.
 */
public sealed interface BtfType {
    /** {@code void}, and what describes no type: sections, tags, an id that is not there. */
    record Nothing() implements BtfType {}

    /**
     * An integer, or what is kept as one.
     *
     * @param size bytes
     */
    record Int(String name, int size, boolean signed, boolean character, boolean bool)
            implements BtfType {}

    /**
     * A floating-point number.
     *
     * @param size bytes
     */
    record FloatingPoint(String name, int size) implements BtfType {}

    /** 8 bytes. */
    record Pointer(int to) implements BtfType {}

    record Array(int of, int count) implements BtfType {}

    /**
     * A struct or union.
     *
     * @param size bytes
     */
    record Aggregate(String name, boolean union, int size, List<Member> members)
            implements BtfType {}

    /**
     * A member of a struct or union.
     *
     * @param bitOffset from the start of its struct
     * @param bitSize of a bit-field, or 0
     */
    record Member(String name, int type, int bitOffset, int bitSize) {}

    /** A struct or union whose members are not known here. */
    record Forward(String name, boolean union) implements BtfType {}

    /**
     * An enum of 32 or 64 bits.
     *
     * @param size bytes
     */
    record Enumeration(String name, int size, boolean signed, List<Enumerator> enumerators)
            implements BtfType {}

    /**
     * A name for a value of an enum.
     *
     * @param value to be taken as unsigned if the enum is
     */
    record Enumerator(String name, long value) {}

    /** A typedef, a qualifier or a tag of another type. */
    record Alias(int of) implements BtfType {}

    /** A function, or its prototype. */
    record Function() implements BtfType {}

    /** A variable; the kernel's BTF has those that each CPU has a copy of. */
    record Variable(String name, int type) implements BtfType {}
}
