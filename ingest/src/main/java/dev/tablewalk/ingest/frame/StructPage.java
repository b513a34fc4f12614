package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the members of {@code struct page} lie, and what they say.
 *
 * @param size bytes
 * @param compound offset of {@code compound_head}, called {@code compound_info} where it may hold a
 *     mask instead of a pointer
 * @param slabFlag the flag, or 0 where slab pages have a type instead
 */
record StructPage(
        int size,
        int flags,
        int compound,
        int mapping,
        int privateData,
        int pageType,
        int refcount,
        long reservedFlag,
        long slabFlag,
        long swapBackedFlag,
        long headFlag) {
    private static final VarHandle U64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Nothing if BTF does not describe what is needed. */
    static Optional<StructPage> of(TypeInfo types) {
        int size = types.structSize("page").orElse(0);
        int flags = offset(types, "flags");
        int compound = offset(types, "compound_head", "compound_info");
        int mapping = offset(types, "mapping");
        int privateData = offset(types, "private");
        int pageType = offset(types, "page_type");
        int refcount = offset(types, "_refcount");
        boolean sound =
                size >= 32
                        && size <= 256
                        && Math.min(Math.min(flags, compound), Math.min(mapping, privateData)) >= 0
                        && Math.min(pageType, refcount) >= 0
                        && Math.max(Math.max(flags, compound), Math.max(mapping, privateData))
                                <= size - 8
                        && Math.max(pageType, refcount) <= size - 4;
        return sound
                ? Optional.of(
                        new StructPage(
                                size,
                                flags,
                                compound,
                                mapping,
                                privateData,
                                pageType,
                                refcount,
                                flag(types, "PG_reserved"),
                                flag(types, "PG_slab"),
                                flag(types, "PG_swapbacked"),
                                flag(types, "PG_head")))
                : Optional.empty();
    }

    private static int offset(TypeInfo types, String... names) {
        for (String name : names) {
            Optional<Field> field = types.member("page", name);
            if (field.isPresent()) {
                return field.get().offset();
            }
        }
        return -1;
    }

    /** {@code enum pageflags} numbers the flags; other enums use the same names for page types. */
    private static long flag(TypeInfo types, String name) {
        OptionalLong number = types.enumerator(name);
        return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() < 64
                ? 1L << number.getAsLong()
                : 0;
    }

    private static long u64(byte[] bytes, int at) {
        return (long) U64.get(bytes, at);
    }

    private static int u32(byte[] bytes, int at) {
        return (int) U32.get(bytes, at);
    }

    long flags(byte[] bytes, int at) {
        return u64(bytes, at + flags);
    }

    long compound(byte[] bytes, int at) {
        return u64(bytes, at + compound);
    }

    long mapping(byte[] bytes, int at) {
        return u64(bytes, at + mapping);
    }

    long privateData(byte[] bytes, int at) {
        return u64(bytes, at + privateData);
    }

    /** The word that {@code page_type} and {@code _mapcount} share. */
    int pageType(byte[] bytes, int at) {
        return u32(bytes, at + pageType);
    }

    /**
     * The address of the {@code struct page} that speaks for one: its own, or of a compound page
     * its head's. A tail holds a pointer to the head with bit 0 set, or the mask that makes it the
     * head.
     *
     * @param base of PFN 0
     * @param self its own address
     * @param word what it has as {@code compound_head}
     */
    long head(long base, long self, long word) {
        if ((word & 1) == 0) {
            return self;
        }
        long pointer = word - 1;
        long distance = pointer - base;
        boolean points = distance >= 0 && distance % size == 0 && pointer < self;
        return points ? pointer : self & pointer;
    }

    int refcount(byte[] bytes, int at) {
        return u32(bytes, at + refcount);
    }
}
