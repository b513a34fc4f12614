package dev.tablewalk.cli.training;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The smallest guest that has something of everything: an init with two threads, one of them named
 * to tease a terminal, a kernel thread, an idle task, a VMA of a file, four levels of tables,
 * present, PROT_NONE and swapped pages, the kernel's root with a block, and an anomaly.
 */
public final class HandMadeGuest implements GuestGraph {
    /** Init's one VMA begins here. */
    public static final long VA = 0xaaaab0c81000L;

    /** Frame of the first of init's pages. */
    public static final long PFN = 0x45b6f;

    /** What the guest would say of itself. */
    public static final String TRUTH =
            """
            PAGESIZE 4096
            C 90 80 100 100
            S 1 Name:\tinit
            S 1 PPid:\t0
            T 1 1 init
            T 1 7 \u001b[31mred
            V 1 aaaab0c81000-aaaab0c89000 r-xp 00000000 fe:00 17                         /sbin/init
            P 1 aaaab0c81000 45b6f 140
            P 1 aaaab0c82000 45b70 140
            P 1 aaaab0c83000 45b71 140
            P 1 aaaab0c84000 46000 100
            P 1 aaaab0c85000 40 80
            P 1 aaaab0c86000 60 80
            T 2 2 kthreadd
            END
            """;

    private static final long PAGE = 4096;
    private static final long BLOCK = 2 << 20;
    private static final long KERNEL_VA = 0xffff800008000000L;

    private final List<GraphNode> nodes = new ArrayList<>();
    private final List<GraphRelationship> relationships = new ArrayList<>();

    /** Makes the guest under a checkpoint's name. */
    public HandMadeGuest(String name) {
        int checkpoint = add(checkpoint(name));
        int init = add(task(0xffff000001000000L, 1, 1, "init", false));
        int thread = add(task(0xffff000001002000L, 7, 1, "\u001b[31mred", false));
        int kthread = add(task(0xffff000001004000L, 2, 2, "kthreadd", true));
        add(task(0xffff000001006000L, 0, 0, "swapper/0", true));
        relate(new GraphRelationship.Link(RelationshipType.THREAD_OF, thread, init));
        relate(new GraphRelationship.Link(RelationshipType.PARENT_OF, kthread, init));
        int mm =
                add(
                        new GraphNode.MmStruct(
                                0xffff000002000000L,
                                0xffff000003000000L,
                                2,
                                1,
                                8,
                                4L,
                                16384,
                                1,
                                2L,
                                List.of(),
                                List.of("task")));
        relate(new GraphRelationship.Pointer(init, mm, "field", "mm"));
        relate(new GraphRelationship.Pointer(thread, mm, "field", "mm"));
        int vma =
                add(
                        new GraphNode.Vma(
                                0xffff000004000000L,
                                VA,
                                VA + 8 * PAGE,
                                "r-xp",
                                0x75,
                                0,
                                "/sbin/init",
                                "page_cache",
                                4));
        int file = add(new GraphNode.File(0xffff000005000000L, "/sbin/init", 17, "fe:00", false));
        relate(new GraphRelationship.Link(RelationshipType.HAS_VMA, mm, vma));
        relate(new GraphRelationship.Link(RelationshipType.MAPS, vma, file));
        userTables(mm);
        kernelTables(checkpoint);
        int anomaly =
                add(
                        new GraphNode.Anomaly(
                                "table_outside_ram", 0x7fff0000000L, "pud", "beyond the image"));
        relate(new GraphRelationship.Link(RelationshipType.ABOUT, anomaly, mm));
    }

    private static GraphNode.Checkpoint checkpoint(String name) {
        return new GraphNode.Checkpoint(
                name,
                new GuestIdentity(
                        "handmade", "given", 1_700_000_000_000L, "timekeeper", "", "", ""),
                "6.1.0-handmade",
                "00112233",
                "#1 SMP",
                "aarch64",
                PAGE,
                48,
                48,
                4,
                false,
                0x12340000L,
                "0x40000000:0x20000000@0x0",
                "handmade.raw",
                "",
                "0",
                Map.of("tasks", 4L),
                1,
                Map.of("kernel", "made by hand"),
                List.of("tasks"),
                List.of("user PTE"),
                false);
    }

    private static GraphNode.Task task(
            long address, int pid, int tgid, String name, boolean kthread) {
        return new GraphNode.Task(
                address,
                pid,
                tgid,
                name,
                name,
                "S",
                kthread,
                pid == 0,
                kthread ? 0x200000 : 0x400000,
                pid * 1_000_000L,
                0,
                0,
                kthread ? 0 : 1,
                0,
                pid,
                List.of("tasks"));
    }

    private void userTables(int mm) {
        int above = mm;
        int table = mm;
        for (int i = 0; i < 4; i++) {
            int shift = 39 - 9 * i;
            long va = VA >> (shift + 9) << (shift + 9);
            long pa = 0x48000000L + i * PAGE;
            String level = List.of("PGD", "PUD", "PMD", "PTE").get(i);
            boolean last = i == 3;
            table =
                    add(
                            new GraphNode.PageTable(
                                    pa,
                                    level,
                                    va,
                                    last ? 0 : 1,
                                    last ? 4 : 0,
                                    last ? 2 : 0,
                                    true,
                                    "table",
                                    i == 0,
                                    List.of("walk")));
            relate(
                    i == 0
                            ? new GraphRelationship.Pointer(mm, table, "field", "pgd")
                            : new GraphRelationship.TablePointer(
                                    above,
                                    table,
                                    index(VA, shift + 9),
                                    va,
                                    pa | 3,
                                    false,
                                    false,
                                    false,
                                    true));
            above = table;
        }
        leaf(table, VA, PFN, 3, PAGE, true);
        leaf(table, VA + 3 * PAGE, 0x46000, 1, PAGE, false);
        int slots = add(new GraphNode.SwapRange(0, 2, 2));
        relate(
                new GraphRelationship.SwapMapping(
                        table, slots, index(VA + 4 * PAGE, 12), VA + 4 * PAGE, 2, PAGE, 0x200L));
    }

    private void kernelTables(int checkpoint) {
        int root =
                add(
                        new GraphNode.PageTable(
                                0x42000000L,
                                "PMD",
                                KERNEL_VA,
                                0,
                                1,
                                0,
                                null,
                                null,
                                true,
                                List.of("walk")));
        relate(
                new GraphRelationship.RootPointer(
                        checkpoint, root, "swapper_pg_dir", RootKind.KERNEL));
        leaf(root, KERNEL_VA, 0x40200, 512, BLOCK, true);
    }

    private void leaf(int table, long va, long pfn, long pages, long size, boolean valid) {
        int range = add(new GraphNode.PageRange(pfn * PAGE, pages, 12, "ram", null));
        relate(
                new GraphRelationship.LeafMapping(
                        table,
                        range,
                        index(va, size == PAGE ? 12 : 21),
                        (int) (pages * PAGE / size),
                        va,
                        pages,
                        size,
                        pfn * PAGE | (valid ? 0xe3 : 0xe2),
                        new LeafAttributes(
                                valid, false, true, false, true, true, false, false, false,
                                "normal")));
    }

    private static int index(long va, int shift) {
        return (int) (va >>> shift & 511);
    }

    private int add(GraphNode node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private void relate(GraphRelationship relationship) {
        relationships.add(relationship);
    }

    @Override
    public GraphNode.Checkpoint checkpoint() {
        return (GraphNode.Checkpoint) nodes.getFirst();
    }

    @Override
    public int nodeCount() {
        return nodes.size();
    }

    @Override
    public Iterable<GraphNode> nodes() {
        return nodes;
    }

    @Override
    public long relationshipCount() {
        return relationships.size();
    }

    @Override
    public Iterable<GraphRelationship> relationships() {
        return relationships;
    }
}
