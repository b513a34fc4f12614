package dev.tablewalk.ingest.isf;

import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.btf.BtfType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Names for BTF's types, one each, as a symbol file needs: there, types are told by their names
 * alone. The first definition of a name keeps it; those that follow are numbered from 2 on, as in
 * the C that bpftool makes of BTF. What has no name is called by its id.
 */
final class BtfNames {
    /** Typedefs of typedefs: more than any kernel has, fewer than a loop. */
    private static final int MAX_DEPTH = 64;

    private final Btf btf;
    private final Map<Integer, String> aggregates = new LinkedHashMap<>();
    private final Map<Integer, String> enums = new LinkedHashMap<>();
    private final Map<Integer, String> bases = new HashMap<>();
    private final Map<String, BtfType> baseTypes = new LinkedHashMap<>();

    BtfNames(Btf btf) {
        this.btf = btf;
        Set<String> usedAggregates = new HashSet<>();
        Set<String> usedEnums = new HashSet<>();
        for (int id = 1; id < btf.end(); id++) {
            switch (btf.type(id)) {
                case BtfType.Aggregate a ->
                        aggregates.put(id, unused(usedAggregates, a.name(), id));
                case BtfType.Enumeration e -> enums.put(id, unused(usedEnums, e.name(), id));
                case BtfType.Int i -> base(id, i.name(), i);
                case BtfType.FloatingPoint f -> base(id, f.name(), f);
                default -> {}
            }
        }
    }

    private static String unused(Set<String> used, String name, int id) {
        String wanted = name.isEmpty() ? "unnamed_" + Integer.toHexString(id) : name;
        String free = wanted;
        for (int n = 2; !used.add(free); n++) {
            free = wanted + "___" + n;
        }
        return free;
    }

    private void base(int id, String name, BtfType type) {
        String wanted = name.isEmpty() ? "unnamed_" + Integer.toHexString(id) : name;
        String free = wanted;
        for (int n = 2; !baseTypes.getOrDefault(free, type).equals(type); n++) {
            free = wanted + "___" + n;
        }
        baseTypes.put(free, type);
        bases.put(id, free);
    }

    /** Ids and names of all structs and unions, in the BTF's order. */
    Map<Integer, String> aggregates() {
        return aggregates;
    }

    /** Ids and names of all enums, in the BTF's order. */
    Map<Integer, String> enums() {
        return enums;
    }

    /** Integers and floats by name, in the BTF's order. */
    Map<String, BtfType> baseTypes() {
        return baseTypes;
    }

    /** Takes typedefs and qualifiers off a type. */
    int resolve(int id) {
        int now = id;
        for (int i = 0; i < MAX_DEPTH && btf.type(now) instanceof BtfType.Alias(int of); i++) {
            now = of;
        }
        return now;
    }

    /** How a symbol file refers to a type. */
    IsfType reference(int id) {
        return reference(id, 0);
    }

    private IsfType reference(int id, int depth) {
        if (depth > MAX_DEPTH) {
            return IsfType.VOID;
        }
        int type = resolve(id);
        return switch (btf.type(type)) {
            case BtfType.Int _, BtfType.FloatingPoint _ -> new IsfType.Base(name(bases, type));
            case BtfType.Pointer(int to) -> new IsfType.Pointer(reference(to, depth + 1));
            case BtfType.Array(int of, int count) ->
                    new IsfType.Array(Math.max(0, count), reference(of, depth + 1));
            case BtfType.Aggregate a ->
                    new IsfType.Aggregate(kind(a.union()), name(aggregates, type));
            case BtfType.Forward(String name, boolean union) ->
                    new IsfType.Aggregate(kind(union), name);
            case BtfType.Enumeration _ -> new IsfType.Enumeration(name(enums, type));
            case BtfType.Function() -> new IsfType.Function();
            case BtfType.Nothing _, BtfType.Alias _, BtfType.Variable _ -> IsfType.VOID;
        };
    }

    private static String name(Map<Integer, String> names, int id) {
        return Objects.requireNonNull(names.get(id));
    }

    static String kind(boolean union) {
        return union ? "union" : "struct";
    }
}
