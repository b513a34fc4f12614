package dev.tablewalk.ingest.isf;

/** How a field or symbol refers to its type: the format's {@code type_descriptor}. */
public sealed interface IsfType {
    /** What a function returns that returns nothing, and of symbols whose type is not known. */
    IsfType VOID = new Base("void");

    /** One of {@code base_types}. */
    record Base(String name) implements IsfType {}

    record Pointer(IsfType to) implements IsfType {}

    record Array(int count, IsfType of) implements IsfType {}

    /**
     * One of {@code user_types}, which need not describe it where only pointers lead to it.
     *
     * @param kind {@code struct}, {@code union} or {@code class}
     */
    record Aggregate(String kind, String name) implements IsfType {}

    /** One of {@code enums}. */
    record Enumeration(String name) implements IsfType {}

    /**
     * A run of bits in an integer.
     *
     * @param position bits from the start of its field's offset
     * @param length bits
     */
    record BitField(int position, int length, IsfType of) implements IsfType {}

    record Function() implements IsfType {}
}
