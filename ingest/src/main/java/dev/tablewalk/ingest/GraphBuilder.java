package dev.tablewalk.ingest;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.frame.ReverseMap;
import dev.tablewalk.ingest.frame.TableLocks;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelRoots;
import dev.tablewalk.ingest.kernel.SwapTypes;
import dev.tablewalk.ingest.memory.PhysicalRange;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.pagetable.Partition;
import dev.tablewalk.ingest.process.FoundFile;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.FoundTask;
import dev.tablewalk.ingest.process.FoundVma;
import dev.tablewalk.ingest.types.TypeInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the nodes of a graph and links them. The order of nodes: checkpoint, tasks, address
 * spaces, VMAs, files, regions, page tables, page ranges, swap ranges, anomalies, processors.
 */
final class GraphBuilder {
    private final Kernel kernel;
    private final List<KernelRoots.Root> roots;
    private final Collection<FoundTask> tasks;
    private final Map<Long, FoundMm> mms;
    private final PageTables tables;
    private final FoundTables found;
    private final @Nullable Frames frames;
    private final @Nullable FrameHashes hashes;
    private final Anomalies anomalies;
    private final Notes notes;
    private final TableMarks marks;
    private final Moment moment;
    private final SwapTypes swapTypes;

    private final List<GraphNode> head = new ArrayList<>();
    private final List<GraphRelationship> links = new ArrayList<>();
    private final Map<Long, Integer> byAddress = new HashMap<>();
    private final Map<Long, long[]> presentInVmas = new HashMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();

    GraphBuilder(
            Kernel kernel,
            List<KernelRoots.Root> roots,
            Collection<FoundTask> tasks,
            Map<Long, FoundMm> mms,
            PageTables tables,
            FoundTables found,
            @Nullable Frames frames,
            @Nullable FrameHashes hashes,
            Anomalies anomalies,
            Notes notes,
            TableMarks marks,
            Moment moment) {
        this.kernel = kernel;
        this.roots = roots;
        this.tasks = tasks;
        this.mms = mms;
        this.tables = tables;
        this.found = found;
        this.frames = frames;
        this.hashes = hashes;
        this.anomalies = anomalies;
        this.notes = notes;
        this.marks = marks;
        this.moment = moment;
        this.swapTypes = SwapTypes.of(kernel);
    }

    /**
     * @param describe makes the checkpoint's own node of the counts
     */
    GuestGraph build(Function<Map<String, Long>, GraphNode.Checkpoint> describe) {
        long[] ramEdges =
                kernel.memory().physical().ranges().stream().mapToLong(PhysicalRange::pa).toArray();
        long[] ramEnds =
                kernel.memory().physical().ranges().stream()
                        .mapToLong(PhysicalRange::end)
                        .toArray();
        long[] zero = frames == null ? new long[0] : frames.hugeZero();
        MappedRanges ranges = MappedRanges.of(tables, ramEdges, ramEnds, zero);

        addTasks();
        addMms();
        addVmas();
        head.addAll(Regions.of(kernel, tables, frames));
        int firstTable = 1 + head.size();
        linkTasks(firstTable);
        linkRoots(firstTable);
        Cpus cpus = new Cpus(notes, kernel, tables, tasks, anomalies);
        tellLost(kernel.types());
        List<GraphNode.Anomaly> listed = anomalies.list();
        int firstRange = firstTable + tables.count() + found.others().size();
        linkTables(firstTable, firstRange, ranges.pages());
        int firstAnomaly = firstRange + ranges.nodeCount();
        linkAnomalies(listed, firstAnomaly, firstTable);
        links.addAll(cpus.links(firstAnomaly + listed.size(), firstTable, tasks, byAddress));

        counts.put("page_tables", (long) tables.count());
        counts.put("other_tables", (long) found.others().size());
        counts.put("page_ranges", (long) ranges.pageRanges());
        counts.put(
                "swap_ranges",
                ranges.swap().stream()
                        .filter(type -> !type.marker() && swapTypes.isSwap(type.type()))
                        .mapToLong(type -> type.slots().size())
                        .sum());
        counts.put("leaf_relationships", ranges.leafRelationships());
        GraphNode.Checkpoint checkpoint = describe.apply(counts);
        return new TableGraph(
                checkpoint,
                List.copyOf(head),
                List.copyOf(links),
                tables,
                found,
                ranges,
                swapTypes,
                kernel.memory().physical().ranges(),
                frames,
                hashes,
                listed,
                cpus.nodes());
    }

    /** Adds a node; its number is its place, the checkpoint being 0. */
    private int add(GraphNode node) {
        head.add(node);
        return head.size();
    }

    private void addTasks() {
        for (FoundTask task : tasks) {
            byAddress.put(task.node().address(), add(task.node()));
        }
        counts.put("tasks", (long) tasks.size());
        for (FoundTask task : tasks) {
            int id = byAddress.getOrDefault(task.node().address(), 0);
            Integer parent = byAddress.get(task.parent());
            if (parent != null && parent != id) {
                links.add(new GraphRelationship.Link(RelationshipType.PARENT_OF, parent, id));
            }
            Integer leader = byAddress.get(task.leader());
            if (leader != null && leader != id) {
                links.add(new GraphRelationship.Link(RelationshipType.THREAD_OF, id, leader));
            }
        }
    }

    private void addMms() {
        PresentPages present =
                new PresentPages(
                        tables,
                        kernel.memory().physical(),
                        frames,
                        frames == null ? null : new ReverseMap(kernel, frames),
                        frames == null ? null : new TableLocks(kernel, frames),
                        marks,
                        swapTypes,
                        anomalies);
        for (FoundMm mm : mms.values()) {
            TreeTally tally = present.of(mm);
            moment.hold(mm, tally);
            GraphNode.MmStruct node = tally.locked ? mm.node().holding("ptl") : mm.node();
            byAddress.put(node.address(), add(node));
            presentInVmas.put(node.address(), tally.inVmas);
        }
        counts.put("mm_structs", (long) mms.size());
        counts.put("present_pages", present.total());
        counts.put("compared_roots", moment.roots());
        counts.put("torn_roots", moment.torn());
    }

    private void addVmas() {
        int before = head.size();
        Map<Long, FoundFile> files = new LinkedHashMap<>();
        for (FoundMm mm : mms.values()) {
            int mmId = byAddress.getOrDefault(mm.node().address(), 0);
            long[] pages = presentInVmas.getOrDefault(mm.node().address(), new long[0]);
            int i = 0;
            for (FoundVma vma : mm.vmas()) {
                int id =
                        add(
                                new GraphNode.Vma(
                                        vma.address(),
                                        vma.start(),
                                        vma.end(),
                                        vma.perms(),
                                        vma.flags(),
                                        vma.pgoff(),
                                        vma.name(),
                                        vma.backing().text(),
                                        pages[i++]));
                byAddress.put(vma.address(), id);
                links.add(new GraphRelationship.Link(RelationshipType.HAS_VMA, mmId, id));
                if (vma.file() != null) {
                    files.putIfAbsent(vma.file().address(), vma.file());
                }
            }
        }
        counts.put("vmas", (long) head.size() - before);
        counts.put("files", (long) files.size());
        for (FoundFile file : files.values()) {
            int id =
                    add(
                            new GraphNode.File(
                                    file.address(),
                                    file.path(),
                                    file.number(),
                                    file.device(),
                                    file.deleted()));
            byAddress.put(file.address(), id);
        }
        for (FoundMm mm : mms.values()) {
            for (FoundVma vma : mm.vmas()) {
                if (vma.file() != null) {
                    links.add(
                            new GraphRelationship.Link(
                                    RelationshipType.MAPS,
                                    byAddress.getOrDefault(vma.address(), 0),
                                    byAddress.getOrDefault(vma.file().address(), 0)));
                }
            }
        }
    }

    private void linkTasks(int firstTable) {
        for (FoundTask task : tasks) {
            int id = byAddress.getOrDefault(task.node().address(), 0);
            boolean own = task.mm() != 0;
            Integer mm = byAddress.get(own ? task.mm() : task.activeMm());
            if (mm != null) {
                links.add(new GraphRelationship.Pointer(id, mm, "field", own ? "mm" : "active_mm"));
            }
        }
        for (FoundMm mm : mms.values()) {
            linkRoot(mm, mm.pgdPa(), "pgd", firstTable);
            OptionalLong users =
                    mm.pgdPa() < 0
                            ? OptionalLong.empty()
                            : kernel.architecture()
                                    .userRoot(kernel.map(), kernel.memory().physical(), mm.pgdPa());
            linkRoot(mm, users.orElse(-1), "user_pgd", firstTable);
        }
    }

    private void linkRoot(FoundMm mm, long pa, String field, int firstTable) {
        int row = pa < 0 ? -1 : tables.row(pa);
        if (row >= 0) {
            links.add(
                    new GraphRelationship.Pointer(
                            byAddress.getOrDefault(mm.node().address(), 0),
                            firstTable + row,
                            "field",
                            field));
        }
    }

    private void linkTables(int firstTable, int firstRange, Partition pages) {
        for (int table = 0; table < tables.count() + found.others().size(); table++) {
            int other = table - tables.count();
            int part =
                    pages.partWith(other < 0 ? tables.pa(table) : found.others().get(other).pa());
            if (part >= 0) {
                links.add(
                        new GraphRelationship.Link(
                                RelationshipType.LIES_IN, firstTable + table, firstRange + part));
            }
        }
    }

    private void linkRoots(int firstTable) {
        for (KernelRoots.Root root : roots) {
            int row = tables.row(root.pa());
            if (row >= 0) {
                links.add(
                        new GraphRelationship.RootPointer(
                                0, firstTable + row, root.symbol(), root.kind()));
            }
        }
    }

    /** Nothing that follows looks up a member any more. */
    private void tellLost(TypeInfo types) {
        for (String name : types.lost()) {
            anomalies.add(
                    "type_unknown",
                    0,
                    name,
                    types.source()
                            + " does not describe it; what this kernel keeps there, if it has it,"
                            + " is not read");
        }
    }

    private void linkAnomalies(List<GraphNode.Anomaly> listed, int firstAnomaly, int firstTable) {
        int id = firstAnomaly;
        for (GraphNode.Anomaly anomaly : listed) {
            int about = byAddress.getOrDefault(anomaly.address(), -1);
            int row = tables.row(anomaly.address());
            if (about < 0 && row >= 0) {
                about = firstTable + row;
            }
            if (about >= 0) {
                links.add(new GraphRelationship.Link(RelationshipType.ABOUT, id, about));
            }
            id++;
        }
    }
}
