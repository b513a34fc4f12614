package dev.tablewalk.cypher.picture;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.picture.FrameAtlas.Entry;
import dev.tablewalk.cypher.picture.FrameAtlas.Run;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the layers of a picture of physical memory from a checkpoint. */
public final class FrameLayers {
    /** The first is of frames of which nothing is known. */
    private static final List<FrameKind> KINDS = List.of(FrameKind.values());

    private static final List<String> LEVELS = List.of("PGD", "P4D", "PUD", "PMD", "PTE");

    /** The most mappings that each value of that layer stands for. */
    private static final int[] MAPPINGS = {1, 2, 4, 8, 16, 64};

    /** Processes that have a colour of their own. */
    private static final int OWNERS = 12;

    private static final int SHARED = 2;
    private static final int OTHER_OWNER = 3;

    private static final String TABLES =
            "MATCH (t:PageTable) RETURN t.pa AS pa, t.level AS level ORDER BY pa";

    private static final String COUNTS =
            """
            MATCH (r:PageRange {kind: 'ram'})<-[l:POINTS_TO]-(:PageTable)
            WHERE l.user OR NOT l.valid
            RETURN r.pa AS pa, r.pages AS pages, count(l) AS mappings
            """;

    private static final String OWNING =
            """
            MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
            WHERE k.pid = k.tgid
            WITH m, min(k.tgid) AS pid, head(collect(k.name)) AS name
            MATCH (m)-[:POINTS_TO]->(root:PageTable)
            CALL tw.tables(root) YIELD table
            WITH DISTINCT m, pid, name, table
            MATCH (table)-[:POINTS_TO]->(r:PageRange {kind: 'ram'})
            RETURN r.pa AS pa, r.pages AS pages, count(DISTINCT m) AS owners, min(pid) AS pid, head(collect(name)) AS name
            """;

    /** A frame that was and is mapped, by others or elsewhere, is neither added nor removed. */
    private static final String CHANGES =
            """
            MATCH (r:PageRange {kind: 'ram'})<-[l:POINTS_TO]-(:PageTable)
            WHERE (l.user OR NOT l.valid) AND (l.fate IS NOT NULL OR l.pages_written > 0)
            WITH r, collect(DISTINCT coalesce(l.fate, 'written')) AS fates
            RETURN r.pa AS pa, r.pages AS pages,
              CASE WHEN 'added' IN fates AND 'removed' IN fates THEN 'moved'
                WHEN 'added' IN fates THEN 'added'
                WHEN 'removed' IN fates THEN 'removed'
                WHEN 'changed' IN fates THEN 'changed' ELSE 'written' END AS change
            """;

    private static final List<String> FATES =
            List.of("added", "removed", "moved", "changed", "written");

    private static final List<String> FATES_IN_WORDS =
            List.of(
                    "mapped since",
                    "no longer mapped so",
                    "mapped otherwise",
                    "other rights",
                    "written");

    private final Checkpoint checkpoint;
    private final FrameGrid grid;

    private FrameLayers(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.grid = new FrameGrid(FrameReader.ram(checkpoint), FrameReader.pageSize(checkpoint));
    }

    /** Reads one layer; costs up to some seconds for a hundred thousand ranges of RAM. */
    public static FrameAtlas read(Checkpoint checkpoint, Layer layer) {
        FrameLayers layers = new FrameLayers(checkpoint);
        return switch (layer) {
            case KIND -> layers.kinds();
            case LEVEL -> layers.levels();
            case MAPPINGS -> layers.mappings();
            case OWNER -> layers.owners();
            case CHANGE -> layers.changes();
        };
    }

    static int value(FrameKind kind) {
        return FrameAtlas.PLAIN + KINDS.indexOf(kind);
    }

    /** The cells of frames; an empty run where they are not in RAM. */
    private Run run(long pa, long pages, int value, Map<FrameKind, Long> mixture) {
        for (FrameGrid.Strip strip : grid.strips()) {
            long begin = Math.floorDiv(pa - strip.pa(), grid.pageSize());
            long from = Math.clamp(begin, 0, strip.pages());
            long to = Math.clamp(begin + pages, 0, strip.pages());
            if (from < to) {
                long first = grid.firstCell(strip);
                return new Run(first + from, first + to, value, mixture);
            }
        }
        return new Run(0, 0, value);
    }

    private void add(List<Run> runs, long pa, long pages, int value) {
        Run run = run(pa, pages, value, Map.of());
        if (run.from() < run.to()) {
            runs.add(run);
        }
    }

    private long frames() {
        return grid.strips().stream().mapToLong(FrameGrid.Strip::pages).sum();
    }

    private FrameAtlas kinds() {
        Kinds kinds = new Kinds();
        FrameReader.read(checkpoint, kinds, Progress.NONE);
        List<Entry> legend = new ArrayList<>();
        kinds.pages.forEach(
                (kind, pages) -> {
                    if (pages > 0) {
                        legend.add(new Entry(value(kind), kind.words(), pages));
                    }
                });
        return new FrameAtlas(grid, kinds.runs(), legend, FrameReader.RANGES);
    }

    /** What frames are, as runs; a table that is known by itself cuts the run that it is in. */
    private final class Kinds implements FrameSink {
        private final TreeMap<Long, Run> byFirst = new TreeMap<>();
        private final Map<FrameKind, Long> pages = new EnumMap<>(FrameKind.class);

        Kinds() {
            pages.put(FrameKind.UNMAPPED, frames());
        }

        @Override
        public long pageSize() {
            return grid.pageSize();
        }

        @Override
        public void add(long pa, long number, Map<FrameKind, Long> kinds) {
            FrameKind one = kinds.keySet().iterator().next();
            Run run = run(pa, number, value(one), kinds.size() > 1 ? Map.copyOf(kinds) : Map.of());
            if (run.from() < run.to()) {
                byFirst.put(run.from(), run);
                kinds.forEach((kind, n) -> move(FrameKind.UNMAPPED, kind, n));
            }
        }

        @Override
        public void retag(long pa, FrameKind from) {
            Run table = run(pa, 1, value(FrameKind.TABLE), Map.of());
            Map.Entry<Long, Run> around = byFirst.floorEntry(table.from());
            if (table.from() == table.to()) {
                return;
            }
            boolean known = around != null && around.getValue().to() > table.from();
            if (known) {
                Run old = around.getValue();
                byFirst.remove(old.from());
                put(new Run(old.from(), table.from(), old.value(), old.mixture()));
                put(new Run(table.to(), old.to(), old.value(), old.mixture()));
            }
            put(table);
            move(known ? from : FrameKind.UNMAPPED, FrameKind.TABLE, 1);
        }

        private void put(Run run) {
            if (run.from() < run.to()) {
                byFirst.put(run.from(), run);
            }
        }

        private void move(FrameKind from, FrameKind to, long number) {
            pages.merge(from, -number, Long::sum);
            pages.merge(to, number, Long::sum);
        }

        List<Run> runs() {
            return List.copyOf(byFirst.values());
        }
    }

    private interface Row {
        void take(List<@Nullable Object> row, long pa);
    }

    private void ask(String cypher, Row each) {
        try (Rows rows = checkpoint.query(cypher, Map.of())) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                if (row.getFirst() instanceof Long pa) {
                    each.take(row, pa);
                }
            }
        }
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }

    private List<Entry> legend(List<Run> runs, String plain, Map<Integer, String> names) {
        Map<Integer, Long> pages = new TreeMap<>();
        pages.put(FrameAtlas.PLAIN, frames());
        for (Run run : runs) {
            pages.merge(run.value(), run.to() - run.from(), Long::sum);
            pages.merge(FrameAtlas.PLAIN, run.from() - run.to(), Long::sum);
        }
        List<Entry> legend = new ArrayList<>();
        pages.forEach(
                (value, n) -> {
                    if (n > 0) {
                        legend.add(new Entry(value, names.getOrDefault(value, plain), n));
                    }
                });
        return legend;
    }

    private FrameAtlas levels() {
        List<Run> runs = new ArrayList<>();
        Set<Long> seen = new HashSet<>(); // small roots share a frame
        int unknown = FrameAtlas.PLAIN + 1 + LEVELS.size();
        ask(
                TABLES,
                (row, pa) -> {
                    if (seen.add(Math.floorDiv(pa, grid.pageSize()))) {
                        int level = LEVELS.indexOf(String.valueOf(row.get(1)));
                        add(runs, pa, 1, level < 0 ? unknown : FrameAtlas.PLAIN + 1 + level);
                    }
                });
        Map<Integer, String> names = new HashMap<>();
        LEVELS.forEach(level -> names.put(FrameAtlas.PLAIN + 1 + LEVELS.indexOf(level), level));
        names.put(unknown, "table of unknown level");
        return new FrameAtlas(grid, runs, legend(runs, "no table", names), TABLES);
    }

    private FrameAtlas mappings() {
        List<Run> runs = new ArrayList<>();
        ask(COUNTS, (row, pa) -> add(runs, pa, number(row.get(1)), step(number(row.get(2)))));
        Map<Integer, String> names = new HashMap<>();
        int below = 0;
        for (int i = 0; i < MAPPINGS.length; i++) {
            int most = MAPPINGS[i];
            names.put(
                    FrameAtlas.PLAIN + 1 + i,
                    (most == below + 1 ? "" : below + 1 + " to ")
                            + most
                            + (most == 1 ? " mapping" : " mappings"));
            below = most;
        }
        names.put(FrameAtlas.PLAIN + 1 + MAPPINGS.length, "more than " + below + " mappings");
        return new FrameAtlas(grid, runs, legend(runs, "no process maps it", names), COUNTS);
    }

    private static int step(long mappings) {
        int step = 0;
        while (step < MAPPINGS.length && mappings > MAPPINGS[step]) {
            step++;
        }
        return FrameAtlas.PLAIN + 1 + step;
    }

    private FrameAtlas changes() {
        List<Run> runs = new ArrayList<>();
        ask(
                CHANGES,
                (row, pa) ->
                        add(
                                runs,
                                pa,
                                number(row.get(1)),
                                FrameAtlas.PLAIN + 1 + FATES.indexOf(String.valueOf(row.get(2)))));
        Map<Integer, String> names = new HashMap<>();
        for (int i = 0; i < FATES.size(); i++) {
            names.put(FrameAtlas.PLAIN + 1 + i, FATES_IN_WORDS.get(i));
        }
        return new FrameAtlas(grid, runs, legend(runs, "as it was", names), CHANGES);
    }

    private record Owned(long pa, long pages, long pid) {}

    private FrameAtlas owners() {
        List<Run> runs = new ArrayList<>();
        List<Owned> owned = new ArrayList<>();
        Map<Long, Long> pagesOf = new HashMap<>();
        Map<Long, String> namesOf = new HashMap<>();
        ask(
                OWNING,
                (row, pa) -> {
                    long pages = number(row.get(1));
                    if (number(row.get(2)) > 1) {
                        add(runs, pa, pages, SHARED);
                    } else {
                        long pid = number(row.get(3));
                        owned.add(new Owned(pa, pages, pid));
                        pagesOf.merge(pid, pages, Long::sum);
                        namesOf.put(pid, String.valueOf(row.get(4)));
                    }
                });
        List<Long> largest =
                pagesOf.entrySet().stream()
                        .sorted(
                                Map.Entry.<Long, Long>comparingByValue(Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(OWNERS)
                        .map(Map.Entry::getKey)
                        .toList();
        for (Owned one : owned) {
            int rank = largest.indexOf(one.pid());
            add(runs, one.pa(), one.pages(), rank < 0 ? OTHER_OWNER : OTHER_OWNER + 1 + rank);
        }
        Map<Integer, String> names = new HashMap<>();
        names.put(SHARED, "several processes");
        names.put(OTHER_OWNER, "another process");
        for (int i = 0; i < largest.size(); i++) {
            long pid = largest.get(i);
            names.put(OTHER_OWNER + 1 + i, pid + " " + namesOf.getOrDefault(pid, ""));
        }
        return new FrameAtlas(grid, runs, legend(runs, "no process", names), OWNING);
    }
}
