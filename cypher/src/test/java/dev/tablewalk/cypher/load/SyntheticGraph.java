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
 * some of them shared by all.
 */
public final class SyntheticGraph {
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
        int perProcess = Math.max(4, tables / processes);
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
        int task =
                add(
                        new GraphNode.Task(
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
                                List.of("tasks", "idr")));
        int mm =
                add(
                        new GraphNode.MmStruct(
                                0xffff000010000000L + p * 0x400L,
                                0xffff000020000000L + p * 0x1000L,
                                1,
                                1,
                                leaves,
                                (long) leaves,
                                tables * 4096L,
                                vmas,
                                0L,
                                List.of(),
                                List.of("task")));
        relationships.add(new GraphRelationship.Pointer(task, mm, "field", "mm"));
        for (int v = 0; v < vmas; v++) {
            int vma =
                    add(
                            new GraphNode.Vma(
                                    0xffff000030000000L + (p * 1000L + v) * 0xc0,
                                    0xaaaa00000000L + v * 0x100000L,
                                    0xaaaa00080000L + v * 0x100000L,
                                    "rw-p",
                                    0x100073,
                                    0,
                                    v == 0 ? "/usr/bin/proc" : "",
                                    v == 0 ? "page_cache" : "anonymous",
                                    4));
            link(RelationshipType.HAS_VMA, mm, vma);
        }
        int[] made = new int[tables];
        for (int t = 0; t < tables; t++) {
            String level = t == 0 ? "PGD" : t == 1 ? "PUD" : t < 4 ? "PMD" : "PTE";
            made[t] =
                    add(
                            new GraphNode.PageTable(
                                    0x80000000L + (p * 100L + t) * 4096,
                                    level,
                                    0x200000L * t,
                                    t < 4 ? 2 : 0,
                                    t < 4 ? 0 : 100,
                                    0,
                                    true,
                                    "table",
                                    t == 0,
                                    List.of("walk")));
            if (t == 0) {
                relationships.add(new GraphRelationship.Pointer(mm, made[0], "field", "pgd"));
            } else {
                int parent = t == 1 ? 0 : t < 4 ? 1 : 2 + (t & 1);
                relationships.add(
                        new GraphRelationship.TablePointer(
                                made[parent],
                                made[t],
                                t,
                                0x200000L * t,
                                0x80000003L + t * 4096L,
                                false,
                                false,
                                false,
                                t == 1));
            }
        }
        for (int l = 0; l < leaves; l++) {
            int range = random.nextInt(pages.length);
            relationships.add(
                    new GraphRelationship.LeafMapping(
                            made[4 + l % (tables - 4)],
                            firstRange + range,
                            l & 511,
                            (int) pages[range],
                            0xaaaa00000000L + l * 0x1000L,
                            pages[range],
                            4096,
                            0xe0000046e00f43L + l * 4096L,
                            new LeafAttributes(
                                    true,
                                    (l & 1) == 0,
                                    false,
                                    false,
                                    true,
                                    true,
                                    (l & 2) == 0,
                                    false,
                                    false,
                                    "normal")));
        }
        if (p == 0) {
            relationships.add(
                    new GraphRelationship.RootPointer(
                            checkpoint, made[0], "swapper_pg_dir", RootKind.KERNEL));
        }
    }
}
