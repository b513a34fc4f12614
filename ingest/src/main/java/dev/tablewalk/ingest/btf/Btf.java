package dev.tablewalk.ingest.btf;

import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A BTF blob. Every offset, length and type id in it is checked when it is used; a blob that is cut
 * or overwritten yields fewer types, never an exception.
 */
public final class Btf implements TypeInfo {
    static final int MAGIC = 0xeb9f;
    static final int HEADER = 24;

    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Structs in structs in structs: more than any kernel nests, fewer than a loop. */
    private static final int MAX_DEPTH = 32;

    /** More structs than this no look-up goes through; a struct inside itself would never end. */
    private static final int MAX_STRUCTS = 4096;

    private final MemorySegment blob;
    private final TypeTable types;
    private final int strings;
    private final int stringsEnd;
    private final long notHeld;
    private final int[] enums;
    private final Map<String, Integer> structIds = new HashMap<>();
    private final Set<String> lost = new TreeSet<>();
    private @Nullable Boolean signsKept;

    private Btf(MemorySegment blob, TypeTable types, int strings, int stringsEnd, long notHeld) {
        this.blob = blob;
        this.types = types;
        this.strings = strings;
        this.stringsEnd = stringsEnd;
        this.notHeld = notHeld;
        this.enums =
                IntStream.range(1, types.end())
                        .filter(id -> types.offset(id) != 0 && isEnum(types.kind(id)))
                        .toArray();
    }

    /** What a header says, once it has been found to make sense. */
    public record Header(int length, int types, int typesLength, int strings, int stringsLength) {
        /** Bytes from the header's start to the end of the strings. */
        public int blobLength() {
            return Math.max(types + typesLength, strings + stringsLength);
        }
    }

    /**
     * Reads a header.
     *
     * @param bytes from the magic on
     * @return empty if it is no BTF header, or one of a blob larger than any kernel's
     */
    public static Optional<Header> header(MemorySegment bytes) {
        if (bytes.byteSize() < HEADER
                || (bytes.get(U16, 0) & 0xffff) != MAGIC
                || bytes.get(ValueLayout.JAVA_BYTE, 2) != 1) {
            return Optional.empty();
        }
        int length = bytes.get(U32, 4);
        int typeOffset = bytes.get(U32, 8);
        int typeLength = bytes.get(U32, 12);
        int stringOffset = bytes.get(U32, 16);
        int stringLength = bytes.get(U32, 20);
        int most = 1 << 28;
        if (length < HEADER
                || length > 4096
                || typeOffset < 0
                || typeOffset > most
                || typeLength <= 0
                || typeLength > most
                || stringOffset < 0
                || stringOffset > most
                || stringLength <= 0
                || stringLength > most) {
            return Optional.empty();
        }
        return Optional.of(
                new Header(
                        length,
                        length + typeOffset,
                        typeLength,
                        length + stringOffset,
                        stringLength));
    }

    /**
     * Reads a whole blob; a cut one gives what is there. Cost: one pass over the types.
     *
     * @return empty if it does not start with a header
     */
    public static Optional<Btf> parse(byte[] bytes) {
        return parse(bytes, 0);
    }

    /**
     * The same of a blob that is not held as a whole.
     *
     * @param notHeld how many of its bytes are zero for that
     */
    public static Optional<Btf> parse(byte[] bytes, long notHeld) {
        MemorySegment blob = MemorySegment.ofArray(bytes);
        return header(blob)
                .map(
                        h -> {
                            int typesEnd = Math.min(h.types + h.typesLength, bytes.length);
                            int strings = Math.min(h.strings, bytes.length);
                            int stringsEnd = Math.min(strings + h.stringsLength, bytes.length);
                            TypeTable types =
                                    TypeTable.index(
                                            blob, h.types, typesEnd, strings, stringsEnd - strings);
                            return new Btf(blob, types, strings, stringsEnd, notHeld);
                        });
    }

    @Override
    public String source() {
        if (notHeld != 0) {
            return "BTF (of which the image does not hold " + ((notHeld + 1023) >> 10) + " KiB)";
        }
        return types.isWhole() ? "BTF" : "BTF (which is damaged)";
    }

    /** What a whole blob lacks, the kernel has not, and nor has it what a whole struct lacks. */
    @Override
    public Set<String> lost() {
        return Collections.unmodifiableSet(lost);
    }

    private boolean isWhole() {
        return notHeld == 0 && types.isWhole();
    }

    public int typeCount() {
        return types.count();
    }

    /** Places where the types could not be read on; 0 for a sound blob. */
    public int damages() {
        return types.damages();
    }

    private int u32(int at) {
        return blob.get(U32, at);
    }

    private boolean nameIs(int nameOffset, byte[] name) {
        int at = strings + nameOffset;
        if (nameOffset < 0 || at < strings || at + name.length >= stringsEnd) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (blob.get(ValueLayout.JAVA_BYTE, at + i) != name[i]) {
                return false;
            }
        }
        return blob.get(ValueLayout.JAVA_BYTE, at + name.length) == 0;
    }

    /** The id of a struct or union, if it is described here. */
    public OptionalInt structId(String name) {
        Integer known = structIds.get(name);
        if (known == null) {
            known = findStruct(name.getBytes(StandardCharsets.UTF_8));
            structIds.put(name, known);
        }
        return known > 0 ? OptionalInt.of(known) : OptionalInt.empty();
    }

    private int findStruct(byte[] name) {
        for (int id = 1; id < types.end(); id++) {
            int at = types.offset(id);
            if (at != 0 && isStruct(types.kind(id)) && nameIs(u32(at), name) && u32(at + 8) > 0) {
                return id;
            }
        }
        return 0;
    }

    private static boolean isStruct(int kind) {
        return kind == TypeTable.STRUCT || kind == TypeTable.UNION;
    }

    @Override
    public OptionalInt structSize(String name) {
        OptionalInt id = structId(name);
        if (id.isEmpty() && !isWhole()) {
            lost.add(name);
        }
        return id.isPresent()
                ? OptionalInt.of(u32(types.offset(id.getAsInt()) + 8))
                : OptionalInt.empty();
    }

    @Override
    public Optional<Field> member(String struct, String path) {
        OptionalInt id = structId(struct);
        Look look = new Look();
        Optional<Field> found = Optional.empty();
        if (id.isPresent()) {
            found = Optional.of(new Field(0, 0, 0, 0, 1, id.getAsInt()));
            for (String name : path.split("\\.", -1)) {
                byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
                found =
                        found.flatMap(
                                outer ->
                                        memberOf(resolve(outer.typeId()), wanted, 0, look)
                                                .map(inner -> inner.inside(outer)));
            }
        }
        if (found.isEmpty() && !isWhole() && (id.isEmpty() || look.lost)) {
            lost.add(struct + "." + path);
        }
        return found;
    }

    /** How far the search for a member went, and whether it came to what is lost. */
    private static final class Look {
        int visited;
        boolean lost;
    }

    private Optional<Field> memberOf(int structId, byte[] name, int depth, Look look) {
        if (types.offset(structId) == 0) {
            look.lost = true;
            return Optional.empty();
        }
        if (depth > MAX_DEPTH || ++look.visited > MAX_STRUCTS || !isStruct(types.kind(structId))) {
            return Optional.empty();
        }
        int at = types.offset(structId);
        boolean bitFields = u32(at + 4) < 0; // kind_flag
        int members = types.vlen(structId);
        for (int i = 0; i < members; i++) {
            int m = at + 12 + 12 * i;
            int typeId = u32(m + 4);
            int word = u32(m + 8);
            int bits = bitFields ? word & 0xffffff : word;
            int bitSize = bitFields ? word >>> 24 : 0;
            Field here =
                    new Field(
                            bits >> 3,
                            types.offset(resolve(typeId)) == 0
                                    ? room(structId, i, bits, bitFields)
                                    : size(typeId, 0),
                            bitSize == 0 ? 0 : bits & 7,
                            bitSize,
                            elements(typeId),
                            typeId);
            int nameOffset = u32(m);
            if (nameOffset != 0 && nameIs(nameOffset, name)) {
                return Optional.of(here);
            }
            if (nameOffset == 0) {
                Optional<Field> inner = memberOf(resolve(typeId), name, depth + 1, look);
                if (inner.isPresent()) {
                    return Optional.of(inner.get().inside(here));
                }
            } else {
                look.lost |= !types.isNamed(m);
            }
        }
        return Optional.empty();
    }

    /** The size of a member whose type is lost: up to the next one, and a word at most. */
    private int room(int structId, int member, int bits, boolean bitFields) {
        int at = types.offset(structId);
        int next = u32(at + 8) * 8;
        if (member + 1 < types.vlen(structId)) {
            int word = u32(at + 12 + 12 * (member + 1) + 8);
            next = bitFields ? word & 0xffffff : word;
        }
        return Math.clamp((next - bits) / 8, 0, 8);
    }

    /** Takes typedefs and qualifiers off a type. */
    private int resolve(int id) {
        int now = id;
        for (int i = 0; i < MAX_DEPTH && types.offset(now) != 0; i++) {
            switch (types.kind(now)) {
                case TypeTable.TYPEDEF,
                        TypeTable.VOLATILE,
                        TypeTable.CONST,
                        TypeTable.RESTRICT,
                        TypeTable.TYPE_TAG ->
                        now = u32(types.offset(now) + 8);
                default -> {
                    return now;
                }
            }
        }
        return now;
    }

    private int size(int id, int depth) {
        int type = resolve(id);
        int at = types.offset(type);
        if (at == 0 || depth > MAX_DEPTH) {
            return 0;
        }
        return switch (types.kind(type)) {
            case TypeTable.PTR -> 8;
            case TypeTable.ARRAY -> (int) Math.min(1L << 30, elementBytes(at, depth));
            case TypeTable.INT,
                    TypeTable.STRUCT,
                    TypeTable.UNION,
                    TypeTable.ENUM,
                    TypeTable.ENUM64,
                    TypeTable.FLOAT ->
                    u32(at + 8);
            default -> 0;
        };
    }

    private long elementBytes(int at, int depth) {
        return Integer.toUnsignedLong(u32(at + 20)) * size(u32(at + 12), depth + 1);
    }

    private int elements(int id) {
        int type = resolve(id);
        return types.offset(type) != 0 && types.kind(type) == TypeTable.ARRAY
                ? u32(types.offset(type) + 20)
                : 1;
    }

    private Optional<String> string(int nameOffset) {
        int at = strings + nameOffset;
        if (nameOffset <= 0 || at >= stringsEnd) {
            return Optional.empty();
        }
        int end = at;
        while (end < stringsEnd && blob.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        byte[] text = blob.asSlice(at, end - at).toArray(ValueLayout.JAVA_BYTE);
        return Optional.of(new String(text, StandardCharsets.UTF_8));
    }

    private String name(int at) {
        return string(u32(at)).orElse("");
    }

    /** Cost: a pass over all enums. */
    @Override
    public OptionalLong enumerator(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int id : enums) {
            int at = types.offset(id);
            int step = types.kind(id) == TypeTable.ENUM ? 8 : 12;
            for (int i = 0; i < types.vlen(id); i++) {
                int e = at + 12 + step * i;
                if (nameIs(u32(e), wanted)) {
                    return OptionalLong.of(enumValue(id, e));
                }
            }
        }
        if (!isWhole()) {
            lost.add(name);
        }
        return OptionalLong.empty();
    }

    private static boolean isEnum(int kind) {
        return kind == TypeTable.ENUM || kind == TypeTable.ENUM64;
    }

    private long enumValue(int id, int at) {
        long low = Integer.toUnsignedLong(u32(at + 4));
        if (types.kind(id) == TypeTable.ENUM64) {
            return low | (long) u32(at + 8) << 32;
        }
        return isSigned(id) ? (int) low : low;
    }

    /** The kind_flag of enums says so since commit 6089fb325cf7; before, none has it. */
    private boolean isSigned(int id) {
        if (signsKept == null) {
            boolean kept = false;
            for (int i = 1; i < types.end() && !kept; i++) {
                kept = types.offset(i) != 0 && isEnum(types.kind(i)) && flag(i);
            }
            signsKept = kept;
        }
        return !signsKept || flag(id);
    }

    private boolean flag(int id) {
        return u32(types.offset(id) + 4) < 0;
    }

    /** Behind the highest id; the lowest is 1. */
    public int end() {
        return types.end();
    }

    /** The whole blob, header first. */
    public ByteBuffer bytes() {
        return blob.asByteBuffer().asReadOnlyBuffer();
    }

    /** A type; {@code void} if there is none with that id. */
    public BtfType type(int id) {
        int at = types.offset(id);
        if (at == 0) {
            return new BtfType.Nothing();
        }
        int word = u32(at + 8);
        return switch (types.kind(id)) {
            case TypeTable.INT -> {
                int encoding = u32(at + 12) >>> 24;
                yield new BtfType.Int(
                        name(at),
                        word,
                        (encoding & 1) != 0,
                        (encoding & 2) != 0,
                        (encoding & 4) != 0);
            }
            case TypeTable.FLOAT -> new BtfType.FloatingPoint(name(at), word);
            case TypeTable.PTR -> new BtfType.Pointer(word);
            case TypeTable.ARRAY -> new BtfType.Array(u32(at + 12), u32(at + 20));
            case TypeTable.STRUCT, TypeTable.UNION ->
                    new BtfType.Aggregate(
                            name(at), types.kind(id) == TypeTable.UNION, word, members(id));
            case TypeTable.FWD -> new BtfType.Forward(name(at), flag(id));
            case TypeTable.ENUM, TypeTable.ENUM64 ->
                    new BtfType.Enumeration(name(at), word, isSigned(id), enumerators(id));
            case TypeTable.TYPEDEF,
                    TypeTable.VOLATILE,
                    TypeTable.CONST,
                    TypeTable.RESTRICT,
                    TypeTable.TYPE_TAG ->
                    new BtfType.Alias(word);
            case TypeTable.FUNC, TypeTable.FUNC_PROTO -> new BtfType.Function();
            case TypeTable.VAR -> new BtfType.Variable(name(at), word);
            default -> new BtfType.Nothing();
        };
    }

    private List<BtfType.Member> members(int id) {
        List<BtfType.Member> members = new ArrayList<>();
        for (int i = 0; i < types.vlen(id); i++) {
            int m = types.offset(id) + 12 + 12 * i;
            int word = u32(m + 8);
            members.add(
                    new BtfType.Member(
                            name(m),
                            u32(m + 4),
                            flag(id) ? word & 0xffffff : word,
                            flag(id) ? word >>> 24 : 0));
        }
        return members;
    }

    private List<BtfType.Enumerator> enumerators(int id) {
        List<BtfType.Enumerator> enumerators = new ArrayList<>();
        int step = types.kind(id) == TypeTable.ENUM ? 8 : 12;
        for (int i = 0; i < types.vlen(id); i++) {
            int e = types.offset(id) + 12 + step * i;
            enumerators.add(new BtfType.Enumerator(name(e), enumValue(id, e)));
        }
        return enumerators;
    }
}
