package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.CType.Aggregate;
import dev.tablewalk.ingest.synthetic.CType.Keyword;
import dev.tablewalk.ingest.synthetic.CType.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Types by name, with the layout that the AArch64 procedure call standard gives them: natural
 * alignment, bit-fields packed into units of their declared type.
 */
final class CTypes {
    private final Map<CType, CType> definitions = new LinkedHashMap<>();

    /** A field's place in a struct. */
    record Field(int offset, int size, CType type) {}

    void define(CType mention, CType definition) {
        if (definitions.put(mention, definition) != null) {
            throw new IllegalArgumentException("defined twice: " + mention);
        }
    }

    /** Everything defined, in order. */
    Collection<CType> definitions() {
        return definitions.values();
    }

    /** What a tag or typedef name stands for; empty if it was only declared. */
    Optional<CType> definition(CType mention) {
        return Optional.ofNullable(definitions.get(mention));
    }

    Aggregate struct(String name) {
        if (definitions.get(new CType.Tag(Keyword.STRUCT, name)) instanceof Aggregate struct) {
            return struct;
        }
        throw new IllegalArgumentException("no struct " + name);
    }

    /**
     * Finds a member, in anonymous structs and unions too.
     *
     * @param path a member, or several joined by dots
     */
    Field field(String struct, String path) {
        return find(struct, path)
                .orElseThrow(() -> new IllegalArgumentException("no " + struct + "." + path));
    }

    boolean has(String struct, String path) {
        return find(struct, path).isPresent();
    }

    /** The value of an enumerator; nothing if there is none of that name. */
    OptionalLong enumerator(String name) {
        return definitions.values().stream()
                .filter(CType.Enumeration.class::isInstance)
                .flatMap(e -> ((CType.Enumeration) e).enumerators().stream())
                .filter(e -> e.name().equals(name))
                .mapToLong(CType.Enumerator::value)
                .findFirst();
    }

    private Optional<Field> find(String struct, String path) {
        CType type = struct(struct);
        int offset = 0;
        for (String name : path.split("\\.", -1)) {
            if (!(resolve(type) instanceof Aggregate aggregate)) {
                return Optional.empty();
            }
            Optional<Field> found = find(aggregate, name);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            offset += found.get().offset();
            type = found.get().type();
        }
        return Optional.of(new Field(offset, size(type), type));
    }

    private Optional<Field> find(Aggregate aggregate, String name) {
        for (Member member : aggregate.members()) {
            if (member.name().equals(name)) {
                return Optional.of(
                        new Field(member.bitOffset() / 8, size(member.type()), member.type()));
            }
            if (member.name().isEmpty() && resolve(member.type()) instanceof Aggregate inner) {
                Optional<Field> found = find(inner, name);
                if (found.isPresent()) {
                    Field f = found.get();
                    return Optional.of(
                            new Field(member.bitOffset() / 8 + f.offset(), f.size(), f.type()));
                }
            }
        }
        return Optional.empty();
    }

    /** Offsets in bytes of a struct's members, those of anonymous structs and unions among them. */
    Map<String, Integer> offsets(Aggregate aggregate) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        for (Member member : aggregate.members()) {
            if (!member.name().isEmpty()) {
                offsets.put(member.name(), member.bitOffset() / 8);
            } else if (resolve(member.type()) instanceof Aggregate inner) {
                offsets(inner).forEach((n, o) -> offsets.put(n, o + member.bitOffset() / 8));
            }
        }
        return offsets;
    }

    /** Lays out a struct or union; members come with offset 0. */
    Aggregate layOut(Keyword keyword, String name, List<Member> declared) {
        List<Member> members = new ArrayList<>();
        int align = 1;
        int bit = 0;
        int end = 0;
        for (Member m : declared) {
            int unit = size(m.type()) * 8;
            int alignBits = align(m.type()) * 8;
            align = Math.max(align, align(m.type()));
            if (keyword == Keyword.UNION) {
                bit = 0;
            }
            if (m.bits() == 0) {
                bit = Math.ceilDiv(bit, alignBits) * alignBits;
            } else if (bit / unit != (bit + m.bits() - 1) / unit) {
                bit = Math.ceilDiv(bit, unit) * unit;
            }
            members.add(new Member(m.name(), m.type(), bit, m.bits()));
            bit += m.bits() == 0 ? unit : m.bits();
            end = Math.max(end, bit);
        }
        int size = Math.ceilDiv(Math.ceilDiv(end, 8), align) * align;
        return new Aggregate(keyword, name, size, align, List.copyOf(members));
    }

    int size(CType type) {
        return switch (type) {
            case CType.Int t -> t.size();
            case CType.Pointer _ -> 8;
            case CType.Array t -> t.count() * size(t.of());
            case CType.Qualified t -> size(t.of());
            case CType.Typedef t -> size(t.of());
            case CType.Aggregate t -> t.size();
            case CType.Enumeration t -> t.size();
            case CType.Tag _, CType.TypedefName _ -> size(resolve(type));
            case CType.NoType _ -> 0;
        };
    }

    private int align(CType type) {
        return switch (type) {
            case CType.Int t -> t.size();
            case CType.Pointer _ -> 8;
            case CType.Array t -> align(t.of());
            case CType.Qualified t -> align(t.of());
            case CType.Typedef t -> align(t.of());
            case CType.Aggregate t -> t.align();
            case CType.Enumeration t -> t.size();
            case CType.Tag _, CType.TypedefName _ -> align(resolve(type));
            case CType.NoType _ -> 1;
        };
    }

    /** Behind names, typedefs and qualifiers. */
    private CType resolve(CType type) {
        return switch (type) {
            case CType.Tag _, CType.TypedefName _ ->
                    resolve(
                            definition(type)
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "not defined: " + type)));
            case CType.Typedef t -> resolve(t.of());
            case CType.Qualified t -> resolve(t.of());
            default -> type;
        };
    }
}
