package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph made by hand that has every kind of node and of relationship: init and a thread of it, a
 * kernel thread, a kernel root with a linear map in 2 MiB blocks, and a user tree with pages, a
 * swapped page, a PROT_NONE page and a 2 MiB block.
 *
 * <p>4 KiB pages, 48-bit addresses, four levels.
 */
public final class SmallGraph {
    public static final long STACK = 0xffff_c000_0000L;
    public static final long TEXT = 0xaaaa_0000_0000L;
    public static final long LINEAR_MAP = 0xffff_0000_0000_0000L;
    public static final long TEXT_PA = 0x8000_0000L;

    private static final LeafAttributes USER_DATA =
            new LeafAttributes(true, true, false, false, true, true, true, false, false, "normal");
    private static final LeafAttributes USER_TEXT =
            new LeafAttributes(true, false, true, false, true, true, false, false, true, "normal");
    private static final LeafAttributes PROT_NONE =
            new LeafAttributes(
                    false, true, false, false, false, false, false, false, false, "normal");
    private static final LeafAttributes KERNEL_DATA =
            new LeafAttributes(true, true, false, false, false, true, true, true, false, "normal");
    private static final LeafAttributes DEVICE =
            new LeafAttributes(true, true, false, false, false, true, true, true, false, "device");

    private final List<GraphNode> nodes = new ArrayList<>();
    private final List<GraphRelationship> relationships = new ArrayList<>();

    private SmallGraph() {}

    public static GuestGraph named(String name) {
        return named(name, null);
    }

    /** The same, with hashes of frames. */
    public static GuestGraph named(String name, @Nullable FrameHashes hashes) {
        SmallGraph graph = new SmallGraph();
        graph.fill(name, hashes != null);
        return new ListGraph(
                (GraphNode.Checkpoint) graph.nodes.getFirst(),
                List.copyOf(graph.nodes),
                List.copyOf(graph.relationships),
                hashes);
    }

    private int add(GraphNode node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private void link(RelationshipType type, int from, int to) {
        relationships.add(new GraphRelationship.Link(type, from, to));
    }

    private void point(int from, int to, String key, String name) {
        relationships.add(new GraphRelationship.Pointer(from, to, key, name));
    }

    private void table(int from, int to, int index, long va) {
        long pa = ((GraphNode.PageTable) nodes.get(to)).pa();
        relationships.add(
                new GraphRelationship.TablePointer(
                        from, to, index, va, pa | 3, false, false, index == 511, true));
    }

    private void leaf(
            int from, int to, int index, int entries, long va, LeafAttributes attributes) {
        GraphNode.PageRange range = (GraphNode.PageRange) nodes.get(to);
        relationships.add(
                new GraphRelationship.LeafMapping(
                        from,
                        to,
                        index,
                        entries,
                        va,
                        range.pages(),
                        range.pages() * 4096 / entries,
                        range.pa() | 0xe8000000000f43L,
                        attributes));
    }

    private int pageTable(long pa, String level, long va, int tables, int leaves, int other) {
        boolean root = level.equals("PGD");
        return add(
                new GraphNode.PageTable(
                        pa,
                        level,
                        va,
                        tables,
                        leaves,
                        other,
                        root ? null : Boolean.TRUE,
                        root ? null : "table",
                        root,
                        List.of("walk", "struct_page")));
    }

    private int task(int pid, int tgid, String comm, boolean kthread) {
        return add(
                new GraphNode.Task(
                        0xffff_0000_0100_0000L + pid * 0x1000L,
                        pid,
                        tgid,
                        comm,
                        comm,
                        "S",
                        kthread,
                        false,
                        kthread ? 0x200040 : 0x400100,
                        1_000_000L + pid,
                        0,
                        0,
                        kthread ? 0 : 1,
                        pid % 2,
                        10L * pid,
                        List.of("tasks")));
    }

    private void fill(String name, boolean hashed) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("tasks", 3L);
        counts.put("tables", 8L);
        int checkpoint =
                add(
                        new GraphNode.Checkpoint(
                                name,
                                new GuestIdentity(
                                        "small",
                                        "nodename",
                                        1_700_000_000_123L,
                                        "timekeeper",
                                        "6d1f",
                                        "first_tasks",
                                        "7e"),
                                "6.12.0-small",
                                "00ff",
                                "#1 SMP “quoted”",
                                "aarch64",
                                4096,
                                48,
                                48,
                                4,
                                false,
                                0x1000_0000L,
                                "0x40000000:0x80000000@0x0",
                                "small.raw",
                                "",
                                "0.1.0",
                                counts,
                                1,
                                Map.of("root", "swapper_pg_dir maps itself"),
                                List.of("tasks"),
                                List.of("user PTE"),
                                hashed));
        int cpu =
                add(
                        new GraphNode.Cpu(
                                0,
                                Map.of(
                                        "ttbr0", 0x4000_1000L,
                                        "ttbr1", 0x4000_0000L,
                                        "tcr", 0x3510L,
                                        "mair", -1L)));
        int init = task(1, 1, "init", false);
        int thread = task(7, 1, "init-worker", false);
        int kthread = task(2, 2, "kthreadd", true);
        int mm =
                add(
                        new GraphNode.MmStruct(
                                0xffff_0000_0200_0000L,
                                0xffff_0000_0300_0000L,
                                2,
                                1,
                                600,
                                null,
                                16384,
                                2,
                                0L,
                                List.of(),
                                List.of("task")));
        int text =
                add(
                        new GraphNode.Vma(
                                0xffff_0000_0210_0000L,
                                TEXT,
                                TEXT + 0x20_0000,
                                "r-xp",
                                0x75,
                                0,
                                "/sbin/init\nsecond line",
                                "page_cache",
                                512));
        int stack =
                add(
                        new GraphNode.Vma(
                                0xffff_0000_0210_00c0L,
                                STACK,
                                STACK + 0x6000,
                                "rw-p",
                                0x100173,
                                0,
                                "[stack]",
                                "anonymous",
                                5));
        int file =
                add(
                        new GraphNode.File(
                                0xffff_0000_0220_0000L,
                                "/sbin/init\nsecond line",
                                1234,
                                "fe:01",
                                true));
        int anomaly =
                add(
                        new GraphNode.Anomaly(
                                "table_outside_ram", 0xdead_0000L, "pud[3]", "not in RAM"));

        int userPgd = pageTable(0x4000_1000L, "PGD", 0, 2, 0, 0);
        int textPud = pageTable(0x4000_2000L, "PUD", TEXT, 1, 0, 0);
        int textPmd = pageTable(0x4000_3000L, "PMD", TEXT, 0, 1, 0);
        int stackPud = pageTable(0x4000_4000L, "PUD", STACK, 1, 0, 0);
        int stackPmd = pageTable(0x4000_5000L, "PMD", STACK, 1, 0, 0);
        int stackPte = pageTable(0x4000_6000L, "PTE", STACK, 0, 5, 1);
        int kernelPgd = pageTable(0x4000_0000L, "PGD", LINEAR_MAP, 1, 0, 0);
        int kernelPud = pageTable(0x4000_7000L, "PUD", LINEAR_MAP, 0, 3, 0);

        int textRange = add(new GraphNode.PageRange(TEXT_PA, 512, 12, "ram", null));
        int four =
                add(
                        new GraphNode.PageRange(
                                0x9000_0000L,
                                4,
                                12,
                                "ram",
                                new GraphNode.Frames("anon", Map.of(), 1L, null, null)));
        int guard = add(new GraphNode.PageRange(0x9100_0000L, 1, 12, "ram", null));
        int uart = add(new GraphNode.PageRange(0x900_0000L, 0x40000, 12, "device", null));
        int linear =
                add(
                        new GraphNode.PageRange(
                                0x4000_0000L,
                                0x40000,
                                12,
                                "ram",
                                new GraphNode.Frames(
                                        "mixed", Map.of("slab", 2L), null, null, null)));
        int swap = add(new GraphNode.SwapRange(0, 77, 1));

        point(init, mm, "field", "mm");
        point(thread, mm, "field", "mm");
        point(kthread, mm, "field", "active_mm");
        point(mm, userPgd, "field", "pgd");
        point(cpu, kernelPgd, "register", "ttbr1");
        relationships.add(
                new GraphRelationship.RootPointer(
                        checkpoint, kernelPgd, "swapper_pg_dir", RootKind.KERNEL));
        table(userPgd, textPud, 341, TEXT);
        table(userPgd, stackPud, 511, STACK);
        table(textPud, textPmd, 168, TEXT);
        leaf(textPmd, textRange, 0, 1, TEXT, USER_TEXT);
        table(stackPud, stackPmd, 256, STACK);
        table(stackPmd, stackPte, 0, STACK);
        leaf(stackPte, four, 0, 4, STACK, USER_DATA);
        leaf(stackPte, guard, 5, 1, STACK + 0x5000, PROT_NONE);
        relationships.add(
                new GraphRelationship.SwapMapping(
                        stackPte, swap, 4, STACK + 0x4000, 1, 4096, 77L << 12 | 0x10));
        table(kernelPgd, kernelPud, 0, LINEAR_MAP);
        leaf(kernelPud, linear, 1, 1, LINEAR_MAP + 0x4000_0000L, KERNEL_DATA);
        leaf(kernelPud, uart, 3, 1, LINEAR_MAP + 0xc000_0000L, DEVICE);

        link(RelationshipType.THREAD_OF, thread, init);
        link(RelationshipType.PARENT_OF, init, kthread);
        link(RelationshipType.HAS_VMA, mm, text);
        link(RelationshipType.HAS_VMA, mm, stack);
        link(RelationshipType.MAPS, text, file);
        link(RelationshipType.ABOUT, anomaly, kernelPud);
    }
}
