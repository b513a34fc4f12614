package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.CType.Aggregate;
import dev.tablewalk.ingest.synthetic.CType.Keyword;
import dev.tablewalk.ingest.synthetic.CType.Member;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes types as the kernel's BTF: {@code Documentation/bpf/btf.rst}, {@code
 * include/uapi/linux/btf.h}.
 */
final class BtfEncoder {
    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_LENGTH = 24;

    private static final int KIND_INT = 1;
    private static final int KIND_PTR = 2;
    private static final int KIND_ARRAY = 3;
    private static final int KIND_STRUCT = 4;
    private static final int KIND_UNION = 5;
    private static final int KIND_ENUM = 6;
    private static final int KIND_FWD = 7;
    private static final int KIND_TYPEDEF = 8;
    private static final int KIND_VOLATILE = 9;
    private static final int KIND_CONST = 10;
    private static final int KIND_ENUM64 = 19;

    private static final int INT_SIGNED = 1;
    private static final int INT_BOOL = 4;
    private static final CType INDEX = new CType.Int("int", 4, true);

    private final CTypes types;
    private final Map<CType, Integer> ids = new LinkedHashMap<>();
    private final Map<String, Integer> stringOffsets = new HashMap<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final ByteArrayOutputStream section = new ByteArrayOutputStream();

    private BtfEncoder(CTypes types) {
        this.types = types;
    }

    /** All definitions as one blob, header first. */
    static byte[] encode(CTypes types) {
        return new BtfEncoder(types).encode();
    }

    private byte[] encode() {
        stringOffsets.put("", 0);
        strings.write(0);
        types.definitions().forEach(this::number);
        List<CType> inOrder = new ArrayList<>(ids.keySet());
        inOrder.forEach(this::write);

        ByteBuffer blob =
                ByteBuffer.allocate(HEADER_LENGTH + section.size() + strings.size())
                        .order(ByteOrder.LITTLE_ENDIAN);
        blob.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER_LENGTH);
        blob.putInt(0).putInt(section.size());
        blob.putInt(section.size()).putInt(strings.size());
        blob.put(section.toByteArray()).put(strings.toByteArray());
        return blob.array();
    }

    /** Gives a type and all that it refers to their ids, from 1 up. */
    private void number(CType mentioned) {
        CType type = types.definition(mentioned).orElse(mentioned);
        if (type instanceof CType.NoType || ids.putIfAbsent(type, ids.size() + 1) != null) {
            return;
        }
        switch (type) {
            case CType.Pointer t -> number(t.to());
            case CType.Array t -> {
                number(t.of());
                number(INDEX);
            }
            case CType.Qualified t -> number(t.of());
            case CType.Typedef t -> number(t.of());
            case CType.Aggregate t -> t.members().forEach(m -> number(m.type()));
            case CType.Int _,
                    CType.Enumeration _,
                    CType.Tag _,
                    CType.TypedefName _,
                    CType.NoType _ -> {}
        }
    }

    private int id(CType mentioned) {
        CType type = types.definition(mentioned).orElse(mentioned);
        return type instanceof CType.NoType ? 0 : ids.getOrDefault(type, 0);
    }

    private void write(CType type) {
        switch (type) {
            case CType.Int t -> {
                header(t.name(), KIND_INT, false, 0, t.size());
                int encoding = t.name().equals("_Bool") ? INT_BOOL : t.signed() ? INT_SIGNED : 0;
                words(encoding << 24 | t.size() * 8);
            }
            case CType.Pointer t -> header("", KIND_PTR, false, 0, id(t.to()));
            case CType.Array t -> {
                header("", KIND_ARRAY, false, 0, 0);
                words(id(t.of()), id(INDEX), t.count());
            }
            case CType.Qualified t ->
                    header("", t.isConst() ? KIND_CONST : KIND_VOLATILE, false, 0, id(t.of()));
            case CType.Typedef t -> header(t.name(), KIND_TYPEDEF, false, 0, id(t.of()));
            case CType.Aggregate t -> writeAggregate(t);
            case CType.Enumeration t -> {
                boolean wide = t.size() == 8;
                header(
                        t.name(),
                        wide ? KIND_ENUM64 : KIND_ENUM,
                        wide,
                        t.enumerators().size(),
                        t.size());
                for (CType.Enumerator e : t.enumerators()) {
                    words(string(e.name()), (int) e.value());
                    if (wide) {
                        words((int) (e.value() >>> 32));
                    }
                }
            }
            case CType.Tag t -> header(t.name(), KIND_FWD, t.keyword() == Keyword.UNION, 0, 0);
            case CType.TypedefName t ->
                    throw new IllegalArgumentException("no typedef " + t.name());
            case CType.NoType _ -> throw new IllegalStateException("void has no record");
        }
    }

    /** With a bit-field among them, all members have their widths in bits 31:24. */
    private void writeAggregate(Aggregate t) {
        boolean bitFields = t.members().stream().anyMatch(m -> m.bits() > 0);
        int kind = t.keyword() == Keyword.UNION ? KIND_UNION : KIND_STRUCT;
        header(t.name(), kind, bitFields, t.members().size(), t.size());
        for (Member m : t.members()) {
            words(string(m.name()), id(m.type()), m.bits() << 24 | m.bitOffset());
        }
    }

    private void header(String name, int kind, boolean kindFlag, int length, int sizeOrType) {
        words(string(name), (kindFlag ? 1 << 31 : 0) | kind << 24 | length, sizeOrType);
    }

    private void words(int... values) {
        for (int value : values) {
            for (int shift = 0; shift < 32; shift += 8) {
                section.write(value >>> shift);
            }
        }
    }

    private int string(String text) {
        return stringOffsets.computeIfAbsent(
                text,
                t -> {
                    int offset = strings.size();
                    strings.writeBytes(t.getBytes(StandardCharsets.US_ASCII));
                    strings.write(0);
                    return offset;
                });
    }
}
