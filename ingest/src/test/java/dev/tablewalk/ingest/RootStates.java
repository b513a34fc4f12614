package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an image has of each address space in use: its counters, its VMAs, every byte of its page
 * tables, what {@code struct page} says of these and of the pages that they map, and what leads
 * back from these to it. Where two images have the same, both have it of one moment, or it did not
 * change from one to the other.
 */
final class RootStates {
    /** Levels whose tables the kernel counts. */
    private static final Set<String> COUNTED = Set.of("PUD", "PMD", "PTE");

    private final GuestGraph graph;
    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<Integer, List<GraphRelationship>> from = new HashMap<>();
    private final Map<Long, State> states = new TreeMap<>();
    private final Set<Long> torn = new TreeSet<>();
    private final @Nullable WayBack back;

    /**
     * Of one address space.
     *
     * @param tree what stands in memory
     * @param frames what {@code struct page} says
     * @param back what leads back from its pages to it
     * @param balance what the kernel counts less what there is
     */
    private record State(
            Map<String, String> tree,
            Map<String, String> frames,
            Map<String, String> back,
            Balance balance) {}

    /** While a guest stands still, it is zero throughout. */
    private static final class Balance {
        private long tables;
        private long pages;
        private long swapped;
        private long vmas;
        private long vmaPages;
        private long lost;
        private long free;

        /** Why it cannot be told what of this the kernel counts, or whether it is about to. */
        private final Set<String> uncertain = new TreeSet<>();

        boolean isZero() {
            return sums().stream().allMatch(sum -> sum == 0);
        }

        private List<Long> sums() {
            return List.of(tables, pages, swapped, vmas, vmaPages, lost, free);
        }

        @Override
        public String toString() {
            return sums().toString() + uncertain;
        }
    }

    /** What leads back from a page to where it is mapped: {@code struct page}, and the VMA's. */
    private record WayBack(KernelMemory memory, TypeInfo types, long base) {
        private static final int BIT_ANON = 1;

        /** What a frame belongs to, and its place in that. */
        long of(long pfn) {
            long page = base + pfn * types.structSize("page").orElseThrow();
            long compound = follow(page, "page", "compound_head", "compound_info");
            long head = (compound & 1) == 0 ? page : compound - 1;
            long owner = follow(head, "page", "mapping");
            long root = (owner & BIT_ANON) == 0 ? 0 : follow(owner - BIT_ANON, "anon_vma", "root");
            return List.of(compound, owner, root, follow(head, "page", "__folio_index", "index"))
                    .hashCode();
        }

        /** What the pages of a VMA should belong to. */
        String of(GraphNode.Vma vma) {
            long anon = follow(vma.address(), "vm_area_struct", "anon_vma");
            long file = follow(vma.address(), "vm_area_struct", "vm_file");
            long inode = follow(file, "file", "f_inode");
            long mode = follow(inode, "inode", "i_mode") & 0xffff;
            List<Long> all =
                    List.of(
                            anon,
                            follow(anon, "anon_vma", "root"),
                            follow(file, "file", "f_mapping"),
                            inode,
                            mode);
            return all.toString();
        }

        /** The 8 bytes of the first member that there is; 0 of what cannot be read. */
        private long follow(long struct, String type, String... names) {
            for (String name : names) {
                Optional<Field> member = types.member(type, name);
                if (member.isPresent()) {
                    long at = struct + member.get().offset();
                    return struct != 0 && memory.readable(at, 8) ? memory.u64(at) : 0;
                }
            }
            return 0;
        }

        static @Nullable WayBack of(Kernel kernel, GuestGraph graph) {
            String found = graph.checkpoint().found().getOrDefault("struct_page", "");
            if (found.isEmpty()) {
                return null;
            }
            String base = found.replaceAll("^of PFN 0 at 0x([0-9a-f]+) .*", "$1");
            return new WayBack(kernel.memory(), kernel.types(), Long.parseUnsignedLong(base, 16));
        }
    }

    RootStates(Path image) {
        graph =
                Ingest.read(
                        new IngestRequest(
                                "smear",
                                List.of(image),
                                Path.of("target"),
                                List.of(),
                                false,
                                false,
                                true,
                                false,
                                "test"),
                        Progress.NONE);
        graph.nodes().forEach(nodes::add);
        for (GraphRelationship r : graph.relationships()) {
            from.computeIfAbsent(r.from(), _ -> new ArrayList<>()).add(r);
        }
        Set<Integer> leftOut = new TreeSet<>(); // roots of the kernel, and what is in motion
        links(0).forEach(r -> leftOut.add(r.to()));
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Task task
                    && Set.of("R", "D").contains(task.state())) {
                for (GraphRelationship r : links(i)) {
                    if (r instanceof GraphRelationship.Pointer p && p.name().equals("mm")) {
                        leftOut.add(p.to());
                    }
                }
            }
        }
        try (Image opened = Image.openRaw(image)) {
            Kernel kernel = new KernelFinder(opened, List.of(), Progress.NONE).find();
            back = WayBack.of(kernel, graph);
            for (int i = 0; i < nodes.size(); i++) {
                if (nodes.get(i) instanceof GraphNode.MmStruct mm
                        && mm.mmUsers() > 0
                        && mm.foundBy().contains("task")
                        && !leftOut.contains(i)
                        && links(i).stream().noneMatch(r -> leftOut.contains(r.to()))) {
                    states.put(mm.address(), state(i, mm, kernel.memory().physical()));
                }
            }
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Anomaly a
                    && Set.of("torn_tables", "torn_vmas").contains(a.kind())) {
                for (GraphRelationship r : links(i)) {
                    torn.add(((GraphNode.MmStruct) nodes.get(r.to())).address());
                }
            }
        }
    }

    private List<GraphRelationship> links(int node) {
        return from.getOrDefault(node, List.of());
    }

    private State state(int node, GraphNode.MmStruct mm, PhysicalMemory memory) {
        State state = new State(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new Balance());
        mm.heldLocks().forEach(state.balance.uncertain::add);
        state.balance.tables = mm.pgtablesBytes() / graph.checkpoint().pageSize();
        if (mm.rssPages() == null || mm.swapPages() == null) {
            state.balance.uncertain.add("counters");
        } else {
            state.balance.pages = mm.rssPages();
            state.balance.swapped = mm.swapPages();
        }
        state.balance.vmas = mm.mapCount();
        state.balance.vmaPages = mm.totalVm();
        String counters = mm.rssPages() + " " + mm.swapPages() + " " + mm.pgtablesBytes();
        state.tree.put("mm", mm.pgd() + " " + mm.totalVm() + " " + mm.mapCount() + " " + counters);
        for (GraphRelationship r : links(node)) {
            if (r.type() == RelationshipType.HAS_VMA
                    && nodes.get(r.to()) instanceof GraphNode.Vma v) {
                state.tree.put("vma " + v.start(), v.end() + " " + v.flags() + " " + v.pgoff());
                if (back != null) {
                    state.back.put("vma " + v.start(), back.of(v));
                }
                state.balance.vmas--;
                state.balance.vmaPages -= (v.end() - v.start()) / graph.checkpoint().pageSize();
            } else {
                table(r.to(), memory, state, 0);
            }
        }
        return state;
    }

    private void table(int node, PhysicalMemory memory, State state, int depth) {
        GraphNode.Checkpoint c = graph.checkpoint();
        if (!(nodes.get(node) instanceof GraphNode.PageTable table) || depth >= c.levels()) {
            return;
        }
        int pageShift = Long.numberOfTrailingZeros(c.pageSize());
        int indexBits = pageShift - 3;
        int rootBits = c.vaBits() - pageShift - (c.levels() - 1) * indexBits;
        byte[] content = new byte[8 << (table.root() ? rootBits : indexBits)];
        memory.read(table.pa(), content, 0, content.length);
        state.tree.put("table " + table.pa(), table.level() + " " + Arrays.hashCode(content));
        state.frames.put("table " + table.pa(), String.valueOf(table.frame()));
        if (COUNTED.contains(table.level())) {
            state.balance.tables--;
        }
        state.balance.lost += table.entriesTable();
        long free = 0;
        long belong = 0;
        for (GraphRelationship r : links(node)) {
            if (r instanceof GraphRelationship.TablePointer) {
                state.balance.lost--;
                table(r.to(), memory, state, depth + 1);
            } else if (r instanceof GraphRelationship.LeafMapping leaf
                    && !leaf.attributes().special()) {
                GraphNode.PageRange range = (GraphNode.PageRange) nodes.get(leaf.to());
                free += free(range);
                state.balance.pages -= leaf.pages();
                long step = leaf.size() / c.pageSize(); // of a block, its first
                if (step > 1 && !isOf(range, "anon", "shmem", "file")) {
                    state.balance.uncertain.add("blocks");
                } else if (step > 1 && table.level().equals("PMD") && isOf(range, "anon")) {
                    state.balance.tables -= leaf.pages() / step; // kept for when they are split
                }
                for (long i = 0; back != null && i < leaf.pages(); i += step) {
                    belong = 31 * belong + back.of((range.pa() >>> pageShift) + i);
                }
            } else if (r instanceof GraphRelationship.SwapMapping swap) {
                if (swap.swap()) {
                    state.balance.swapped -= swap.pages();
                } else {
                    state.balance.uncertain.add("entries that are neither");
                }
            }
        }
        state.balance.free += free;
        state.frames.put("free " + table.pa(), String.valueOf(free));
        state.back.put("table " + table.pa(), String.valueOf(belong));
    }

    private static boolean isOf(GraphNode.PageRange range, String... kinds) {
        GraphNode.Frames frames = range.frames();
        return frames != null && Set.of(kinds).contains(frames.frame());
    }

    private static long free(GraphNode.PageRange range) {
        GraphNode.Frames frames = range.frames();
        if (frames == null) {
            return 0;
        }
        long all = Set.of("free", "buddy").contains(frames.frame()) ? range.pages() : 0;
        return all
                + frames.pages().getOrDefault("free", 0L)
                + frames.pages().getOrDefault("buddy", 0L);
    }

    /** Whether {@code struct page} could be read. */
    private boolean hasFrames() {
        return graph.checkpoint().found().containsKey("struct_page");
    }

    private boolean isSame(long mm, RootStates other, boolean withWayBack) {
        State here = Objects.requireNonNull(states.get(mm));
        State there = other.states.get(mm);
        return there != null
                && here.tree.equals(there.tree)
                && (!hasFrames()
                        || !other.hasFrames()
                        || (here.frames.equals(there.frames)
                                && (!withWayBack || here.back.equals(there.back))));
    }

    /**
     * Addresses of those that are as they were at neither moment.
     *
     * @param withWayBack whether what leads back from a page to it counts: structs that processes
     *     share, which may be torn where nothing of the address space itself is
     */
    Set<Long> asNeither(RootStates before, RootStates after, boolean withWayBack) {
        Set<Long> found = new TreeSet<>(states.keySet());
        found.removeIf(mm -> isSame(mm, before, withWayBack) || isSame(mm, after, withWayBack));
        return found;
    }

    /**
     * Those in use whose counters and whose content contradict each other: where they do not, each
     * part of a torn one is one that the kernel could have left so.
     */
    Set<Long> unbalanced() {
        Set<Long> found = new TreeSet<>(states.keySet());
        found.removeIf(mm -> balance(mm).isZero() || !balance(mm).uncertain.isEmpty());
        return found;
    }

    /** In words, what {@link #unbalanced} goes by. */
    String inWords(Set<Long> mms) {
        return mms.stream().map(mm -> Hex.of(mm) + " " + balance(mm)).toList().toString();
    }

    private Balance balance(long mm) {
        return Objects.requireNonNull(states.get(mm)).balance;
    }

    /** Addresses of those that the graph tells of. */
    Set<Long> torn() {
        return torn;
    }

    int count() {
        return states.size();
    }

    /** What the checkpoint says of itself. */
    GraphNode.Checkpoint checkpoint() {
        return graph.checkpoint();
    }
}
