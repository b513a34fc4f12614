package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A graph of the size of a real guest's, with records of a real guest's shape, for measuring.
 *
 * <p>Every process has an mm, VMAs, a tree of tables of four levels and leaves that map ranges,
 * some of them shared by all. What it says agrees with itself, as a guest's does: entries lie where
 * their places in the tables say, within VMAs that allow them, and counters count what is there.
 */
public final class SyntheticGraph {
    private static final long PAGE = 4096;
    private static final int ENTRIES = 512;
    private static final long PTE_SPAN = ENTRIES * PAGE;
    private static final long PMD_SPAN = ENTRIES * PTE_SPAN;

    /** Of a process: one PGD, one PUD and two PMDs. */
    private static final int UPPER = 4;

    /** The first address of a process, at which a table of each level begins. */
    private static final long BASE = 0xaa0000000000L;

    private final List<GraphNode> nodes = new ArrayList<>();
    private final List<GraphRelationship> relationships = new ArrayList<>();
    private final Random random = new Random(42);

    private SyntheticGraph() {}

    /** Near the numbers that a 6 GiB guest with 276 processes has. */
    public static GuestGraph ofSixGibGuest() {
        return of(276, 11_000, 37_000, 120_000, 9_000);
    }

    public static GuestGraph of(int processes, int tables, int ranges, int leaves, int vmas) {
        SyntheticGraph graph = new SyntheticGraph();
        graph.fill(processes, tables, ranges, leaves, vmas);
        return new ListGraph(graph.nodes, graph.relationships);
    }

    private int add(GraphNode node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private void link(RelationshipType type, int from, int to) {
        relationships.add(new GraphRelationship.Link(type, from, to));
    }

    private void fill(int processes, int tables, int ranges, int leaves, int vmas) {
        int checkpoint =
                add(
                        new GraphNode.Checkpoint(
                                "synthetic",
                                GuestIdentity.UNKNOWN,
                                "6.12.0-synthetic",
                                "00112233",
                                "#1 SMP",
                                "aarch64",
                                4096,
                                48,
                                48,
                                4,
                                false,
                                0x12340000L,
                                "0x40000000:0x180000000@0x0",
                                "synthetic.raw",
                                "",
                                "0.1.0",
                                Map.of("tasks", (long) processes),
                                0,
                                Map.of("vmcoreinfo", "made up"),
                                List.of("tasks"),
                                List.of(),
                                false));
        int firstRange = nodes.size();
        long[] pages = new long[ranges];
        long pfn = 0x40000;
        for (int i = 0; i < ranges; i++) {
            pages[i] = 1L + random.nextInt(40);
            add(new GraphNode.PageRange(pfn << 12, pages[i], 12, "ram", null));
            pfn += pages[i];
        }
        int perProcess = Math.max(UPPER + 1, tables / processes);
        for (int p = 0; p < processes; p++) {
            process(
                    checkpoint,
                    p,
                    perProcess,
                    firstRange,
                    pages,
                    leaves / processes,
                    vmas / processes);
        }
    }

    private void process(
            int checkpoint, int p, int tables, int firstRange, long[] pages, int leaves, int vmas) {
        int task = add(task(p));
        int lowest = tables - UPPER;
        List<List<Integer>> rangesOf = new ArrayList<>();
        long mapped = 0;
        for (int t = 0; t < lowest; t++) {
            List<Integer> ranges = new ArrayList<>();
            int free = ENTRIES;
            for (int l = t; l < leaves; l += lowest) {
                int range = random.nextInt(pages.length);
                if (pages[range] <= free) {
                    ranges.add(range);
                    free -= (int) pages[range];
                    mapped += pages[range];
                }
            }
            rangesOf.add(ranges);
        }
        long rootPa = 0x80000000L + (long) p * tables * PAGE;
        long all = (long) lowest * ENTRIES;
        int mm =
                add(
                        new GraphNode.MmStruct(
                                0xffff000010000000L + p * 0x400L,
                                0xffff000020000000L + p * 0x1000L,
                                1,
                                1,
                                all,
                                mapped,
                                (tables - 1) * PAGE,
                                vmas,
                                0L,
                                List.of(),
                                List.of("task")));
        relationships.add(new GraphRelationship.Pointer(task, mm, "field", "mm"));
        for (int v = 0; v < vmas; v++) {
            long start = all * v / vmas;
            link(RelationshipType.HAS_VMA, mm, add(vma(p, v, start, all * (v + 1) / vmas)));
        }
        int[] made = new int[tables];
        for (int t = 0; t < tables; t++) {
            int place = Math.max(0, t - UPPER);
            long va = t == 3 ? BASE + PMD_SPAN : t < UPPER ? BASE : BASE + place * PTE_SPAN;
            String level = t == 0 ? "PGD" : t == 1 ? "PUD" : t < UPPER ? "PMD" : "PTE";
            made[t] = add(table(rootPa + t * PAGE, level, va, t));
            if (t == 0) {
                relationships.add(new GraphRelationship.Pointer(mm, made[0], "field", "pgd"));
                continue;
            }
            int parent = t == 1 ? 0 : t < UPPER ? 1 : 2 + place / ENTRIES;
            int index = t == 1 ? 0 : t < UPPER ? t - 2 : place % ENTRIES;
            relationships.add(
                    new GraphRelationship.TablePointer(
                            made[parent],
                            made[t],
                            index,
                            va,
                            rootPa + t * PAGE + 3,
                            false,
                            false,
                            false,
                            t == 1));
        }
        for (int t = 0; t < lowest; t++) {
            int index = 0;
            for (int range : rangesOf.get(t)) {
                relationships.add(
                        new GraphRelationship.LeafMapping(
                                made[UPPER + t],
                                firstRange + range,
                                index,
                                (int) pages[range],
                                BASE + t * PTE_SPAN + index * PAGE,
                                pages[range],
                                PAGE,
                                0x00e0000046e00f43L + index * PAGE,
                                attributes(index)));
                index += (int) pages[range];
            }
        }
        if (p == 0) {
            int kernel = add(table(0x70000000L, "PGD", 0xffff000000000000L, 0));
            relationships.add(
                    new GraphRelationship.RootPointer(
                            checkpoint, kernel, "swapper_pg_dir", RootKind.KERNEL));
        }
    }

    private static GraphNode task(int p) {
        return new GraphNode.Task(
                0xffff000000000000L + p * 0x2000L,
                p + 1,
                p + 1,
                "proc-" + p,
                "proc-" + p,
                "S",
                false,
                false,
                0x400000,
                p * 1_000_003L,
                1000,
                0,
                1,
                p % 4,
                p,
                List.of("tasks", "idr"));
    }

    private static GraphNode vma(int p, int v, long firstPage, long pageBehind) {
        return new GraphNode.Vma(
                0xffff000030000000L + (p * 1000L + v) * 0xc0,
                BASE + firstPage * PAGE,
                BASE + pageBehind * PAGE,
                "rw-p",
                0x100073,
                0,
                v == 0 ? "/usr/bin/proc" : "",
                v == 0 ? "page_cache" : "anonymous",
                4);
    }

    private static GraphNode table(long pa, String level, long va, int t) {
        return new GraphNode.PageTable(
                pa,
                level,
                va,
                t < UPPER ? 2 : 0,
                t < UPPER ? 0 : 100,
                0,
                true,
                "table",
                t == 0,
                List.of("walk"));
    }

    private static LeafAttributes attributes(int index) {
        return new LeafAttributes(
                true,
                (index & 1) == 0,
                false,
                false,
                true,
                true,
                (index & 2) == 0,
                false,
                false,
                "normal");
    }
}
