package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The named parts of an address space, by address. */
final class Areas {
    private final TreeMap<Long, Area> byStart = new TreeMap<>();
    private final Map<String, GraphNode.Region> regions;

    private Areas(Map<String, GraphNode.Region> regions) {
        this.regions = regions;
    }

    static Areas ofVmas(Side side, List<Integer> vmas) {
        Areas areas = new Areas(Map.of());
        for (int each : vmas) {
            Area area = Area.of(side.node(each, GraphNode.Vma.class));
            areas.byStart.put(area.start(), area);
        }
        return areas;
    }

    /** Regions may lie in each other: an address is the innermost's. */
    static Areas ofRegions(Map<String, GraphNode.Region> regions) {
        return new Areas(regions);
    }

    /** The area that holds an address; null if none does. */
    @Nullable Area at(long va) {
        if (!regions.isEmpty()) {
            GraphNode.Region region = KernelShift.innermost(regions, va);
            return region == null ? null : Area.of(region);
        }
        Map.Entry<Long, Area> entry = byStart.floorEntry(va);
        return entry != null && va < entry.getValue().end() ? entry.getValue() : null;
    }

    /** The first address behind this one, and at most {@code end}, where an area begins or ends. */
    long edgeBehind(long va, long end) {
        long edge = end;
        for (GraphNode.Region each : regions.values()) {
            edge = each.start() > va ? Math.min(edge, each.start()) : edge;
            edge = each.end() > va ? Math.min(edge, each.end()) : edge;
        }
        Area area = at(va);
        if (area != null && area.end() > va) {
            edge = Math.min(edge, area.end());
        }
        Long next = byStart.higherKey(va);
        return next == null ? edge : Math.min(edge, next);
    }
}
