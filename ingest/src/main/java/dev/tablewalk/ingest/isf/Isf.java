package dev.tablewalk.ingest.isf;

import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a symbol file says of a kernel.
 *
 * @param file that it was read from
 * @param banner {@code linux_banner}, to its last line feed; empty if the file does not hold it
 * @param baseSizes bytes of the base types
 * @param structs and unions
 * @param enumSizes bytes of the enums
 * @param enumerators of all enums; of two with one name, the first
 * @param addresses of symbols, as linked
 */
public record Isf(
        Path file,
        String banner,
        Map<String, Integer> baseSizes,
        Map<String, Struct> structs,
        Map<String, Integer> enumSizes,
        Map<String, Long> enumerators,
        Map<String, Long> addresses)
        implements TypeInfo {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRUCTS = 4096;
    private static final int POINTER = 8;

    /**
     * A struct or union.
     *
     * @param size bytes
     */
    record Struct(int size, List<Member> members) {}

    /**
     * A member of one.
     *
     * @param offset bytes
     * @param anonymous whether its own members are members of the struct that it is in
     */
    record Member(String name, int offset, boolean anonymous, IsfType type) {}

    /** A member and its type. */
    private record Found(Field field, IsfType type) {
        Found inside(Field outer) {
            return new Found(field.inside(outer), type);
        }
    }

    @Override
    public String source() {
        return "symbol file";
    }

    /** The address of a symbol, as linked. */
    public OptionalLong address(String name) {
        Long address = addresses.get(name);
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    @Override
    public OptionalInt structSize(String name) {
        Struct struct = structs.get(name);
        return struct == null ? OptionalInt.empty() : OptionalInt.of(struct.size);
    }

    @Override
    public OptionalLong enumerator(String name) {
        Long value = enumerators.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @Override
    public Optional<Field> member(String struct, String path) {
        String within = struct;
        Field field = new Field(0, 0, 0, 0, 1, 0);
        for (String name : path.split("\\.", -1)) {
            Optional<Found> inner = memberOf(within, name, 0, new int[1]);
            if (inner.isEmpty()) {
                return Optional.empty();
            }
            field = inner.get().field.inside(field);
            within = inner.get().type instanceof IsfType.Aggregate a ? a.name() : "";
        }
        return Optional.of(field);
    }

    private Optional<Found> memberOf(String struct, String name, int depth, int[] visited) {
        Struct definition = structs.get(struct);
        if (definition == null || depth > MAX_DEPTH || ++visited[0] > MAX_STRUCTS) {
            return Optional.empty();
        }
        for (Member member : definition.members) {
            if (member.anonymous && member.type instanceof IsfType.Aggregate inner) {
                Optional<Found> found = memberOf(inner.name(), name, depth + 1, visited);
                if (found.isPresent()) {
                    return found.map(f -> f.inside(field(member)));
                }
            } else if (member.name.equals(name)) {
                return Optional.of(new Found(field(member), member.type));
            }
        }
        return Optional.empty();
    }

    private Field field(Member member) {
        return switch (member.type) {
            case IsfType.BitField(int position, int length, IsfType of) ->
                    new Field(
                            member.offset + (position >> 3), size(of), position & 7, length, 1, 0);
            case IsfType.Array(int count, IsfType of) ->
                    new Field(member.offset, size(member.type), 0, 0, count, 0);
            default -> new Field(member.offset, size(member.type), 0, 0, 1, 0);
        };
    }

    private int size(IsfType type) {
        return switch (type) {
            case IsfType.Base(String name) -> baseSizes.getOrDefault(name, 0);
            case IsfType.Pointer(IsfType to) -> baseSizes.getOrDefault("pointer", POINTER);
            case IsfType.Array(int count, IsfType of) ->
                    (int) Math.min(1L << 30, (long) count * size(of));
            case IsfType.Aggregate(String kind, String name) -> structSize(name).orElse(0);
            case IsfType.Enumeration(String name) -> enumSizes.getOrDefault(name, 0);
            case IsfType.BitField(int position, int length, IsfType of) -> size(of);
            case IsfType.Function() -> 0;
        };
    }
}
