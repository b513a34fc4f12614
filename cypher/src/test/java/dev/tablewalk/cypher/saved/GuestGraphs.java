package dev.tablewalk.cypher.saved;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two graphs of the same kernel: one in which all is well, and one in which every constraint that
 * comes with tablewalk is violated. 4 KiB pages, 48-bit addresses, four levels.
 */
public final class GuestGraphs {
    private static final long PAGE = 4096;
    private static final long KERNEL = 0xffff_0000_0000_0000L;
    private static final long LINEAR = KERNEL + 0x20_0000L;
    private static final long IMAGE = 0xffff_8000_0800_0000L;
    private static final long TABLES_PA = 0x5000_0000L;
    private static final long TEXT = 0x40_0000L;
    private static final long DATA = 0x50_0000L;
    private static final List<String> LEADER = List.of("tasks", "children", "pid", "scan");

    private final List<GraphNode> nodes = new ArrayList<>();
    private final List<GraphRelationship> relationships = new ArrayList<>();
    private final int swapper;
    private final int linearPmd;
    private final int linear;
    private final int kernelText;
    private final int tablesRange;
    private long nextPa = TABLES_PA;
    private long nextPagePa = 0x6000_0000L;
    private int nextPid = 100;

    /** What a leaf allows, in letters: r w x k u. */
    private static LeafAttributes allows(String letters) {
        return new LeafAttributes(
                letters.contains("r"),
                letters.contains("w"),
                letters.contains("x"),
                letters.contains("k"),
                letters.contains("u"),
                true,
                false,
                false,
                false,
                "normal");
    }

    /** A process as the kernel makes it; each field may be changed before it is added. */
    private final class UserProcess {
        final int pid = nextPid++;
        String comm = "program-" + pid;
        List<String> foundBy = LEADER;
        List<String> heldLocks = List.of();
        List<String> mmFoundBy = List.of("task", "scan");
        boolean hasTask = true;
        boolean kernelsHalf;
        boolean hasMm = true;
        boolean kthread;
        int exitState;
        boolean marked = true;
        String frame = "table";
        String text = "rxu";
        String data = "rwu";
        GraphNode.@Nullable Frames dataFrame =
                new GraphNode.Frames("anon", Map.of(), 1L, null, null);
        String textPerms = "r-xp";
        boolean textFromFile = true;
        boolean deleted;
        long textPresent = 2;
        long dataEnd = DATA + 4 * PAGE;
        long tableBytes = 3 * PAGE;
        long rss = 3;
        long mapCount = 2;
        long totalVm = 6;
        int mm;
        int pmd;
        int pte;

        UserProcess add() {
            int task = hasTask ? task(pid, comm, kthread, exitState, foundBy) : -1;
            if (!hasMm) {
                return this;
            }
            mm = mmStruct();
            if (hasTask) {
                point(task, mm, "field", "mm");
            }
            int pgd = table("PGD", 0, true, null, true);
            int pud = table("PUD", 0, false, null, false);
            pmd = table("PMD", 0, true, "table", false);
            pte = table("PTE", TEXT, marked, frame, false);
            point(mm, pgd, "field", "pgd");
            entry(pgd, pud, 0, 0, true);
            if (kernelsHalf) {
                entry(pgd, table("PUD", KERNEL, false, null, false), 256, KERNEL, false);
            }
            entry(pud, pmd, 0, 0, true);
            entry(pmd, pte, 2, TEXT, true);
            leaf(pte, range(2), TEXT, text);
            leaf(pte, range(1, dataFrame), DATA, data);
            int code = vma(TEXT, TEXT + 2 * PAGE, textPerms, textPresent, textFromFile);
            vma(DATA, dataEnd, "rw-p", 1, false);
            if (textFromFile) {
                link(
                        RelationshipType.MAPS,
                        code,
                        node(
                                new GraphNode.File(
                                        KERNEL + 0x900_0000L + pid * PAGE,
                                        "/bin/program",
                                        pid,
                                        "00:01",
                                        deleted)));
            }
            return this;
        }

        private int mmStruct() {
            return node(
                    new GraphNode.MmStruct(
                            KERNEL + 0x700_0000L + pid * PAGE,
                            KERNEL + 0x800_0000L + pid * PAGE,
                            1,
                            1,
                            totalVm,
                            rss,
                            tableBytes,
                            mapCount,
                            0L,
                            heldLocks,
                            mmFoundBy));
        }

        private int vma(long start, long end, String perms, long present, boolean ofFile) {
            int vma =
                    node(
                            new GraphNode.Vma(
                                    KERNEL + 0xa00_0000L + pid * PAGE + start,
                                    start,
                                    end,
                                    perms,
                                    0x70,
                                    0,
                                    "",
                                    ofFile ? "page_cache" : "anonymous",
                                    present));
            link(RelationshipType.HAS_VMA, mm, vma);
            return vma;
        }
    }

    private GuestGraphs() {
        node(
                new GraphNode.Checkpoint(
                        "guest",
                        GuestIdentity.UNKNOWN,
                        "6.12.0",
                        "00ff",
                        "#1 SMP",
                        "aarch64",
                        PAGE,
                        48,
                        48,
                        4,
                        false,
                        0,
                        "0x40000000:0x80000000@0x0",
                        "guest.raw",
                        "",
                        "0.1.0",
                        Map.of(),
                        0,
                        Map.of(),
                        List.of("init_task", "tasks", "threads", "children", "rq", "pid", "scan"),
                        List.of("kernel PTE", "user PMD", "user PTE"),
                        false));
        node(new GraphNode.Region("image_text", IMAGE, IMAGE + 2 * PAGE));
        task(2, "kthreadd", true, LEADER);
        tablesRange =
                node(
                        new GraphNode.PageRange(
                                TABLES_PA,
                                0x1000,
                                12,
                                "ram",
                                new GraphNode.Frames(
                                        "mixed", Map.of("table", 9L), null, null, null)));
        kernelText = range(2);
        swapper = table("PGD", KERNEL, false, "reserved", true);
        relationships.add(
                new GraphRelationship.RootPointer(0, swapper, "swapper_pg_dir", RootKind.KERNEL));
        linearPmd = branch(KERNEL, 0);
        linear = table("PTE", LINEAR, true, "table", false);
        entry(linearPmd, linear, 1, LINEAR, false);
        leaf(linear, kernelText, LINEAR, "r");
        leaf(linear, tablesRange, LINEAR + 0x10_0000L, "rw");
        int imagePmd = branch(IMAGE, 256);
        int image = table("PTE", IMAGE, true, "table", false);
        entry(imagePmd, image, 64, IMAGE, false);
        leaf(image, kernelText, IMAGE, "rk");
        new UserProcess().add();
    }

    /** An upper part of the kernel's tree. */
    private int branch(long va, int index) {
        int pud = table("PUD", va, false, "reserved", false);
        int pmd = table("PMD", va, false, "reserved", false);
        entry(swapper, pud, index, va, false);
        entry(pud, pmd, 0, va, false);
        return pmd;
    }

    /** A graph as a checkpoint that is open. */
    public static Checkpoint open(Path home, String name, GuestGraph graph) {
        StoreHome store = StoreHome.at(home);
        store.load(name, graph, Progress.NONE);
        return store.open(name);
    }

    public static GuestGraph sound() {
        return new GuestGraphs().graph();
    }

    public static GuestGraph violated() {
        GuestGraphs graph = new GuestGraphs();
        graph.violateTables();
        graph.violatePermissions();
        graph.violateTasks();
        graph.violateVmas();
        return graph.graph();
    }

    /**
     * A process of which nothing is as the kernel counts it, whose locks of these names are held.
     *
     * @param mapcount of a page that it maps once
     * @param unmapped pages that nobody maps and the kernel counts a mapping of
     */
    static GuestGraph changing(List<String> locks, long mapcount, int unmapped) {
        GuestGraphs graph = new GuestGraphs();
        UserProcess process = graph.new UserProcess();
        process.heldLocks = locks;
        process.text = "rwu"; // looser, and tighter
        process.rss = 7;
        process.mapCount = 3;
        process.totalVm = 9;
        process.tableBytes = 9 * PAGE;
        process.dataFrame = new GraphNode.Frames("anon", Map.of(), mapcount, null, null);
        process.add();
        graph.leaf(process.pte, graph.range(1), process.dataEnd, "rwu");
        graph.range(unmapped, new GraphNode.Frames("anon", Map.of(), 1L, null, null));
        return graph.graph();
    }

    /**
     * One process of several threads, and in it so many VMAs of two pages that can be written and
     * executed, and as many that cannot and whose page can: the first page of each is present.
     */
    static GuestGraph crowded(int vmas) {
        GuestGraphs graph = new GuestGraphs();
        UserProcess process = graph.new UserProcess().add();
        for (int i = 0; i < 16; i++) {
            graph.point(
                    graph.task(graph.nextPid++, "thread", false, LEADER),
                    process.mm,
                    "field",
                    "mm");
        }
        int table = -1;
        for (int i = 0; i < 2 * vmas; i++) {
            long va = (1L << 30) + ((i / 32L) << 21) + 2 * PAGE * (i % 32);
            // So many tables that their parent is dense to Neo4j whatever the size: each step up
            // costs the same.
            if (i % 32 == 0) {
                table = graph.table("PTE", va, true, "table", false);
                graph.entry(process.pmd, table, 3 + i / 32, va, true);
            }
            process.vma(va, va + 2 * PAGE, i % 2 == 0 ? "rwxp" : "r--p", 1, false);
            graph.leaf(table, graph.range(1), va, "rwxu");
        }
        return graph.graph();
    }

    /** The kernel has one table under all entries of another, and so on: KASAN's shadow. */
    static GuestGraph shadowed() {
        GuestGraphs graph = new GuestGraphs();
        long start = KERNEL + (192L << 39);
        int zero = graph.range(1);
        int pud = graph.table("PUD", start, false, "reserved", false);
        int pmd = graph.table("PMD", start, false, "reserved", false);
        int pte = graph.table("PTE", start, false, "reserved", false);
        for (int i = 0; i < 512; i++) {
            if (i < 64) {
                graph.entry(graph.swapper, pud, 192 + i, start + ((long) i << 39), false);
            }
            graph.entry(pud, pmd, i, start + ((long) i << 30), false);
            graph.entry(pmd, pte, i, start + ((long) i << 21), false);
            graph.leaf(pte, zero, start + i * PAGE, "r");
        }
        return graph.graph();
    }

    private GuestGraph graph() {
        return new ListGraph(List.copyOf(nodes), List.copyOf(relationships));
    }

    private void violateTables() {
        node(
                new GraphNode.PageTable(
                        nextPa,
                        "PTE",
                        null,
                        0,
                        7,
                        0,
                        true,
                        "table",
                        false,
                        List.of("struct_page")));
        nextPa += PAGE;
        int unmarked = table("PTE", LINEAR + 0x20_0000L, false, "other", false);
        entry(linearPmd, unmarked, 2, LINEAR + 0x20_0000L, false);
        entry(linearPmd, unmarked, 3, LINEAR + 0x40_0000L, false);
        UserProcess plain = new UserProcess();
        plain.marked = false;
        plain.frame = "buddy";
        plain.tableBytes = 9 * PAGE;
        plain.add();
        entry(plain.pmd, linear, 7, 0xe0_0000L, true);
        UserProcess uncounted = new UserProcess();
        uncounted.dataFrame = new GraphNode.Frames("anon", Map.of(), 2L, null, null);
        uncounted.add();
        UserProcess other = new UserProcess().add();
        entry(other.pmd, plain.pte, 9, 0x120_0000L, true);
        leaf(other.pte, tablesRange, DATA + PAGE, "rwu");
        for (String kind :
                List.of(
                        "table_at_two_levels",
                        "table_outside_ram",
                        "leaf_outside_ram",
                        "reserved_descriptor")) {
            link(
                    RelationshipType.ABOUT,
                    node(new GraphNode.Anomaly(kind, TABLES_PA, "entry 1", "wrong")),
                    unmarked);
        }
    }

    private void violatePermissions() {
        UserProcess process = new UserProcess();
        process.data = "rwxku";
        process.add();
        UserProcess reader = new UserProcess();
        reader.dataFrame = new GraphNode.Frames("slab", Map.of(), null, null, null);
        reader.add();
        UserProcess borrower = new UserProcess();
        borrower.dataFrame = new GraphNode.Frames("other", Map.of(), null, null, null);
        borrower.add();
        UserProcess own = new UserProcess();
        own.kernelsHalf = true;
        own.add();
        int entered = table("PGD", KERNEL, false, "reserved", true);
        relationships.add(
                new GraphRelationship.RootPointer(0, entered, "tramp_pg_dir", RootKind.TRAMPOLINE));
        int exposed = table("PTE", IMAGE, true, "table", false);
        int pud = table("PUD", IMAGE, false, "reserved", false);
        int pmd = table("PMD", IMAGE, false, "reserved", false);
        entry(entered, pud, 256, IMAGE, false);
        entry(pud, pmd, 0, IMAGE, false);
        entry(pmd, exposed, 64, IMAGE, false);
        leaf(exposed, range(1), IMAGE, "r");
        leaf(
                linear,
                range(1, new GraphNode.Frames("anon", Map.of(), 0L, null, null)),
                LINEAR + 7 * PAGE,
                "rk");
        leaf(linear, range(1), LINEAR + 4 * PAGE, "rwk");
        leaf(linear, range(1), LINEAR + 5 * PAGE, "rwu");
        leaf(linear, kernelText, LINEAR + 6 * PAGE, "rw");
    }

    private void violateTasks() {
        for (List<String> views :
                List.of(
                        List.of("pid", "scan"),
                        List.of("tasks", "children", "scan"),
                        List.of("children", "pid", "scan"),
                        List.of("tasks", "pid", "scan"),
                        List.of("scan"),
                        List.of("tasks", "children", "pid"))) {
            UserProcess process = new UserProcess();
            process.foundBy = views;
            process.add();
        }
        UserProcess hidden = new UserProcess();
        hidden.hasTask = false;
        hidden.mmFoundBy = List.of("scan");
        hidden.add();
        UserProcess without = new UserProcess();
        without.hasMm = false;
        without.add();
        UserProcess ended = new UserProcess();
        ended.exitState = 32;
        ended.add();
        UserProcess marked = new UserProcess();
        marked.kthread = true;
        marked.add();
        UserProcess disguised = new UserProcess();
        disguised.comm = "kthreadd";
        disguised.add();
        point(task(nextPid++, "other", false, LEADER), disguised.mm, "field", "mm");
    }

    private void violateVmas() {
        UserProcess process = new UserProcess();
        process.text = "rwu"; // looser, and tighter
        process.deleted = true;
        process.textPresent = 3;
        process.dataEnd = DATA;
        process.rss = 7;
        process.mapCount = 3;
        process.totalVm = 9;
        process.add();
        UserProcess anonymous = new UserProcess();
        anonymous.textFromFile = false;
        anonymous.add();
    }

    private int node(GraphNode node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private int task(int pid, String comm, boolean kthread, List<String> foundBy) {
        return task(pid, comm, kthread, 0, foundBy);
    }

    private int task(int pid, String comm, boolean kthread, int exitState, List<String> foundBy) {
        return node(
                new GraphNode.Task(
                        KERNEL + 0x600_0000L + pid * PAGE,
                        pid,
                        pid,
                        comm,
                        comm,
                        "S",
                        kthread,
                        false,
                        kthread ? 0x20_0040 : 0x40_0100,
                        pid,
                        0,
                        exitState,
                        kthread ? 0 : 1,
                        0,
                        pid,
                        foundBy));
    }

    /** A table that a root leads to; what its entries are is not counted. */
    private int table(String level, long va, boolean marked, @Nullable String frame, boolean root) {
        boolean leaves = level.equals("PTE");
        int table =
                node(
                        new GraphNode.PageTable(
                                nextPa,
                                level,
                                va,
                                leaves ? 0 : 1,
                                leaves ? 3 : 0,
                                0,
                                marked,
                                frame,
                                root,
                                List.of("walk", "scan")));
        nextPa += PAGE;
        link(RelationshipType.LIES_IN, table, tablesRange);
        return table;
    }

    private int range(int pages) {
        return range(pages, null);
    }

    private int range(int pages, GraphNode.@Nullable Frames frames) {
        int range = node(new GraphNode.PageRange(nextPagePa, pages, 12, "ram", frames));
        nextPagePa += pages * PAGE;
        return range;
    }

    private void entry(int from, int to, int index, long va, boolean user) {
        relationships.add(
                new GraphRelationship.TablePointer(
                        from,
                        to,
                        index,
                        va,
                        ((GraphNode.PageTable) nodes.get(to)).pa() | 3,
                        false,
                        false,
                        false,
                        user));
    }

    private void leaf(int table, int range, long va, String letters) {
        GraphNode.PageRange to = (GraphNode.PageRange) nodes.get(range);
        relationships.add(
                new GraphRelationship.LeafMapping(
                        table,
                        range,
                        (int) (va >> 12 & 511),
                        (int) to.pages(),
                        va,
                        to.pages(),
                        PAGE,
                        to.pa() | 3,
                        allows(letters)));
    }

    private void point(int from, int to, String key, String name) {
        relationships.add(new GraphRelationship.Pointer(from, to, key, name));
    }

    private void link(RelationshipType type, int from, int to) {
        relationships.add(new GraphRelationship.Link(type, from, to));
    }
}
