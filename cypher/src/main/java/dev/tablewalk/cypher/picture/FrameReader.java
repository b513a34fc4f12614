package dev.tablewalk.cypher.picture;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks a checkpoint for its frames. */
public final class FrameReader {
    private static final Pattern RAM = Pattern.compile("0x([0-9a-f]+):0x([0-9a-f]+)");
    private static final String COUNTS = "frames_";

    /**
     * What the kernel's struct page says; where that is not known, who maps it. What is present and
     * not valid is a process's: PROT_NONE.
     */
    static final String RANGES =
            """
            MATCH (r:PageRange {kind: 'ram'})
            RETURN r.pa AS pa, r.pages AS pages, r.frame AS frame,
              CASE WHEN r.frame = 'mixed' THEN properties(r) END AS counts,
              CASE WHEN r.frame IS NULL
                THEN EXISTS {
                  MATCH (:PageTable)-[l:POINTS_TO]->(r) WHERE l.user OR NOT l.valid } END AS user
            """;

    private static final String TABLES =
            "MATCH (t:PageTable) WHERE t.frame IS NULL AND 'walk' IN t.found_by RETURN t.pa AS pa";

    private FrameReader() {}

    /** A grid of bounded size; costs about a second for each hundred thousand ranges of RAM. */
    public static FrameMap map(Checkpoint checkpoint, Progress progress) {
        FrameMap map = new FrameMap(ram(checkpoint), pageSize(checkpoint));
        read(checkpoint, map, progress);
        return map;
    }

    /** Bytes of a frame. */
    static long pageSize(Checkpoint checkpoint) {
        return checkpoint.info().properties().get("page_size") instanceof Long size && size > 0
                ? size
                : 4096;
    }

    /** The guest's RAM, by ascending address. */
    static List<FrameMap.Ram> ram(Checkpoint checkpoint) {
        return ram(String.valueOf(checkpoint.info().properties().get("ram")), pageSize(checkpoint));
    }

    /** Tells all ranges of RAM. */
    static void read(Checkpoint checkpoint, FrameSink sink, Progress progress) {
        progress.stage("physical memory", 0);
        boolean told = true;
        try (Rows rows = checkpoint.query(RANGES, Map.of())) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                told &= row.get(2) != null;
                add(sink, row);
                progress.advance(1);
            }
        }
        if (!told) {
            tables(checkpoint, sink);
        }
    }

    /** {@code PA:SIZE@FILE_OFFSET} or {@code PA:SIZE}, comma separated. */
    static List<FrameMap.Ram> ram(String text, long pageSize) {
        List<FrameMap.Ram> ram = new ArrayList<>();
        Matcher range = RAM.matcher(text);
        while (range.find()) {
            ram.add(
                    new FrameMap.Ram(
                            Hex.parse(range.group(1)), Hex.parse(range.group(2)) / pageSize));
        }
        return List.copyOf(ram);
    }

    private static void add(FrameSink sink, List<@Nullable Object> row) {
        if (!(row.get(0) instanceof Long pa) || !(row.get(1) instanceof Long pages)) {
            return;
        }
        if (row.get(3) instanceof Map<?, ?> counts) {
            sink.add(pa, pages, mixed(counts, pages));
        } else if (row.get(2) instanceof String frame) {
            sink.add(pa, pages, Map.of(kind(frame), pages));
        } else {
            boolean user = Boolean.TRUE.equals(row.get(4));
            sink.add(pa, pages, Map.of(user ? FrameKind.USER : FrameKind.KERNEL, pages));
        }
    }

    private static Map<FrameKind, Long> mixed(Map<?, ?> counts, long pages) {
        Map<FrameKind, Long> kinds = new EnumMap<>(FrameKind.class);
        long told = 0;
        for (Map.Entry<?, ?> count : counts.entrySet()) {
            String key = String.valueOf(count.getKey());
            if (key.startsWith(COUNTS) && count.getValue() instanceof Long n && n > 0) {
                kinds.merge(kind(key.substring(COUNTS.length())), n, Long::sum);
                told += n;
            }
        }
        if (told < pages) {
            kinds.merge(FrameKind.OTHER, pages - told, Long::sum);
        }
        return kinds;
    }

    private static FrameKind kind(String frame) {
        for (FrameKind kind : FrameKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(frame)) {
                return kind;
            }
        }
        return FrameKind.OTHER;
    }

    private static void tables(Checkpoint checkpoint, FrameSink sink) {
        Set<Long> frames = new HashSet<>();
        try (Rows rows = checkpoint.query(TABLES, Map.of())) {
            while (rows.hasNext()) {
                if (rows.next().getFirst() instanceof Long pa
                        && frames.add(Math.floorDiv(pa, sink.pageSize()))) {
                    sink.retag(pa, FrameKind.KERNEL);
                }
            }
        }
    }
}
