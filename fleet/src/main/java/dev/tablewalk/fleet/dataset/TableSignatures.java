package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertySink;
import dev.tablewalk.graph.RelationshipType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each page table says, whatever the frames are that it points to: of each entry its place and
 * what it allows, and neither the frame nor the accessed and dirty bits. A table's signature is a
 * sum over its entries, so that it does not depend on how runs of them are cut. 40 bytes a table.
 */
public final class TableSignatures implements GraphSink {
    private static final String TABLE = NodeLabel.PAGE_TABLE.text();
    private static final String REGION = NodeLabel.REGION.text();
    private static final String POINTS_TO = RelationshipType.POINTS_TO.name();

    private int[] tables = new int[1 << 10];
    private long[] signatures = new long[1 << 10];
    private long[] entries = new long[1 << 10];
    private long[] places = new long[1 << 10];
    private String[] levels = new String[1 << 10];
    private boolean[] placed = new boolean[1 << 10];
    private int count;
    private final List<Region> regions = new ArrayList<>();
    private final Properties properties = new Properties();
    private int table = -1;
    private boolean region;

    private record Region(String name, long start, long end) {}

    /** Of what has begun: what it has, and a hash of what it allows. */
    private static final class Properties implements PropertySink {
        private long allowed;
        private long index;
        private long entries;
        private long pages;
        private long va;
        private boolean hasVa;
        private long start;
        private long end;
        private String level = "";
        private String name = "";

        void clear() {
            allowed = 0;
            index = 0;
            entries = 1;
            pages = 1;
            hasVa = false;
            level = "";
            name = "";
        }

        @Override
        public void put(String key, long value) {
            switch (key) {
                case "index" -> index = value;
                case "entries" -> entries = value;
                case "pages" -> pages = value;
                case "start" -> start = value;
                case "end" -> end = value;
                case "va" -> {
                    va = value;
                    hasVa = true;
                }
                default -> {}
            }
        }

        @Override
        public void put(String key, boolean value) {
            switch (key) {
                case "accessed", "dirty" -> {} // change as it is used
                default -> allowed += mixed(31L * key.hashCode() + (value ? 1 : 2));
            }
        }

        @Override
        public void put(String key, String value) {
            switch (key) {
                case "level" -> level = value;
                case "name" -> name = value;
                default -> allowed += mixed(31L * key.hashCode() + ((long) value.hashCode() << 32));
            }
        }

        @Override
        public void put(String key, List<String> values) {}
    }

    @Override
    public PropertySink node(int number, Set<String> labels) {
        properties.clear();
        region = labels.contains(REGION);
        table = labels.contains(TABLE) ? add(number) : -1;
        return properties;
    }

    private int add(int number) {
        if (count == tables.length) {
            int more = count * 2;
            tables = Arrays.copyOf(tables, more);
            signatures = Arrays.copyOf(signatures, more);
            entries = Arrays.copyOf(entries, more);
            places = Arrays.copyOf(places, more);
            levels = Arrays.copyOf(levels, more);
            placed = Arrays.copyOf(placed, more);
        }
        tables[count] = number;
        return count++;
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels) {
        properties.clear();
        region = false;
        table =
                fromLabels.contains(TABLE) && type.equals(POINTS_TO)
                        ? Arrays.binarySearch(tables, 0, count, from) // numbers rise
                        : -1;
        return properties;
    }

    @Override
    public void end() {
        if (region) {
            regions.add(new Region(properties.name, properties.start, properties.end));
        } else if (table >= 0 && !properties.level.isEmpty()) {
            levels[table] = properties.level;
            places[table] = properties.va;
            placed[table] = properties.hasVa;
        } else if (table >= 0) {
            long pagesEach = Math.max(1, properties.pages / Math.max(1, properties.entries));
            for (long i = 0; i < properties.entries; i++) {
                long entry = mixed(properties.allowed + mixed(properties.index + i));
                signatures[table] += pagesEach * entry;
            }
            entries[table] += properties.entries;
        }
    }

    /** Of SplitMix64, which leaves no two numbers alike. */
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** The smallest region that an address lies in. */
    private @Nullable Region region(long va) {
        Region smallest = null;
        for (Region each : regions) {
            boolean holds = va >= each.start && va < each.end;
            if (holds
                    && (smallest == null
                            || each.end - each.start < smallest.end - smallest.start)) {
                smallest = each;
            }
        }
        return smallest;
    }

    /** Writes a row for each table that a walk reached. */
    public void write(RowSink to, long firstId) throws IOException {
        for (int i = 0; i < count; i++) {
            if (placed[i]) {
                Region in = region(places[i]);
                to.row(
                        firstId + tables[i],
                        levels[i],
                        in == null ? null : in.name,
                        in == null ? places[i] : places[i] - in.start,
                        entries[i],
                        signatures[i]);
            }
        }
    }
}
