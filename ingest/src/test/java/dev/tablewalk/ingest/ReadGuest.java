package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.ingest.synthetic.Arm64Geometry;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import dev.tablewalk.ingest.synthetic.X86Geometry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** A graph taken apart again: every leaf relationship expanded to single pages. */
final class ReadGuest {
    final GuestGraph graph;
    final List<GraphNode> nodes = new ArrayList<>();
    final List<GraphRelationship> relationships = new ArrayList<>();

    /** One page that a table maps. */
    record Page(long table, long va) {}

    /**
     * What it is mapped to.
     *
     * @param raw descriptor of the entry that maps it
     */
    record Target(long pa, int index, long size, long raw, LeafAttributes attributes) {
        @Override
        public String toString() {
            return Hex.of(pa)
                    + " by entry "
                    + index
                    + " of "
                    + size
                    + " "
                    + Hex.of(raw)
                    + " "
                    + attributes;
        }
    }

    ReadGuest(GuestGraph graph) {
        this.graph = graph;
        graph.nodes().forEach(nodes::add);
        graph.relationships().forEach(relationships::add);
        if (nodes.size() != graph.nodeCount()
                || relationships.size() != graph.relationshipCount()) {
            throw new AssertionError("the graph does not have as many as it says");
        }
        for (GraphRelationship r : relationships) {
            if (r.from() < 0 || r.to() < 0 || Math.max(r.from(), r.to()) >= nodes.size()) {
                throw new AssertionError("leads nowhere: " + r);
            }
        }
    }

    static ReadGuest of(WrittenGuest guest) {
        IngestRequest request =
                new IngestRequest(
                        "synthetic",
                        List.of(guest.path()),
                        Path.of("target"),
                        List.of(),
                        false,
                        false,
                        true,
                        false,
                        "test");
        return new ReadGuest(Ingest.read(request, Progress.NONE));
    }

    <T extends GraphNode> List<T> all(Class<T> kind) {
        return nodes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends GraphRelationship> List<T> links(Class<T> kind) {
        return relationships.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    long anomalies() {
        return graph.checkpoint().anomalies();
    }

    Set<String> anomalyKinds() {
        TreeSet<String> kinds = new TreeSet<>();
        all(GraphNode.Anomaly.class).forEach(a -> kinds.add(a.kind()));
        return kinds;
    }

    /** Tasks as text, with the address of the mm that each has of its own. */
    Set<String> tasks() {
        Map<Integer, Long> mms = new HashMap<>();
        for (GraphRelationship.Pointer p : links(GraphRelationship.Pointer.class)) {
            if (p.name().equals("mm") && nodes.get(p.to()) instanceof GraphNode.MmStruct mm) {
                mms.put(p.from(), mm.address());
            }
        }
        TreeSet<String> texts = new TreeSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Task t) {
                texts.add(
                        spell(
                                t.address(),
                                t.pid(),
                                t.tgid(),
                                t.comm(),
                                t.name(),
                                t.state(),
                                t.kthread(),
                                t.uid(),
                                t.startTime(),
                                t.execId(),
                                mms.getOrDefault(i, 0L)));
            }
        }
        return texts;
    }

    /** The same of the truth. */
    static Set<String> tasks(WrittenGuest guest) {
        TreeSet<String> texts = new TreeSet<>();
        for (WrittenGuest.Task t : guest.tasks()) {
            texts.add(
                    spell(
                            t.address(),
                            t.pid(),
                            t.tgid(),
                            t.comm(),
                            t.name(),
                            t.state(),
                            t.kthread(),
                            t.uid(),
                            t.startTime(),
                            t.execId(),
                            t.mm()));
        }
        return texts;
    }

    /** {@code PARENT_OF} and {@code THREAD_OF} as pairs of pids. */
    Set<String> family() {
        TreeSet<String> texts = new TreeSet<>();
        for (GraphRelationship.Link link : links(GraphRelationship.Link.class)) {
            if (nodes.get(link.from()) instanceof GraphNode.Task from
                    && nodes.get(link.to()) instanceof GraphNode.Task to
                    && !to.idle()) {
                texts.add(from.pid() + " " + link.type() + " " + to.pid());
            }
        }
        return texts;
    }

    /** The same of the truth. */
    static Set<String> family(WrittenGuest guest) {
        TreeSet<String> texts = new TreeSet<>();
        for (WrittenGuest.Task t : guest.tasks()) {
            if (t.pid() != 0) {
                texts.add(t.parent() + " " + RelationshipType.PARENT_OF + " " + t.pid());
            }
            if (t.pid() != t.tgid()) {
                texts.add(t.pid() + " " + RelationshipType.THREAD_OF + " " + t.tgid());
            }
        }
        return texts;
    }

    /** VMAs as text, with their mm's address, their file and how many pages are present. */
    Set<String> vmas() {
        Map<Integer, Long> mms = new HashMap<>();
        Map<Integer, GraphNode.File> files = new HashMap<>();
        for (GraphRelationship.Link link : links(GraphRelationship.Link.class)) {
            if (link.type() == RelationshipType.HAS_VMA
                    && nodes.get(link.from()) instanceof GraphNode.MmStruct mm) {
                mms.put(link.to(), mm.address());
            } else if (link.type() == RelationshipType.MAPS
                    && nodes.get(link.to()) instanceof GraphNode.File file) {
                files.put(link.from(), file);
            }
        }
        TreeSet<String> texts = new TreeSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Vma v) {
                GraphNode.File file = files.get(i);
                texts.add(
                        spell(
                                mms.getOrDefault(i, 0L),
                                v.address(),
                                Hex.of(v.start()),
                                Hex.of(v.end()),
                                v.perms(),
                                v.pgoff(),
                                v.name(),
                                file == null ? 0 : file.inode(),
                                file != null && file.deleted(),
                                v.pagesPresent()));
            }
        }
        return texts;
    }

    /** The same of the truth. */
    static Set<String> vmas(WrittenGuest guest) {
        TreeSet<String> texts = new TreeSet<>();
        for (WrittenGuest.Mm mm : guest.mms()) {
            for (WrittenGuest.Vma v : mm.vmas()) {
                long present = 0;
                for (WrittenGuest.Leaf leaf : guest.leaves()) {
                    if (leaf.root() == mm.root()) {
                        long from = Math.max(leaf.va(), v.start());
                        long to = Math.min(leaf.va() + leaf.size(), v.end());
                        present += Math.max(0, to - from) >>> guest.geometry().pageShift();
                    }
                }
                texts.add(
                        spell(
                                mm.address(),
                                v.address(),
                                Hex.of(v.start()),
                                Hex.of(v.end()),
                                v.perms(),
                                v.pgoff(),
                                v.name(),
                                v.inode(),
                                v.deleted(),
                                present));
            }
        }
        return texts;
    }

    private static String spell(Object... values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(value instanceof Long n ? Hex.of(n) : value).append(' ');
        }
        return text.toString().trim();
    }

    /** Every page that a leaf relationship maps, from the relationship's own words. */
    Map<Page, Target> pages() {
        Map<Page, Target> pages = new HashMap<>();
        for (GraphRelationship.LeafMapping m : links(GraphRelationship.LeafMapping.class)) {
            if (!(nodes.get(m.from()) instanceof GraphNode.PageTable table)
                    || !(nodes.get(m.to()) instanceof GraphNode.PageRange range)
                    || m.pages() != range.pages()) {
                throw new AssertionError("does not map its range as a whole: " + m);
            }
            long firstEntry = m.va() & -m.size();
            for (long i = 0; i < m.pages(); i++) {
                long offset = i << range.pageShift();
                long va = m.va() + offset;
                int entry = (int) ((va - firstEntry) / m.size());
                if (entry >= m.entries()) {
                    throw new AssertionError("maps more than its entries: " + m);
                }
                Target target =
                        new Target(
                                range.pa() + offset,
                                m.index() + entry,
                                m.size(),
                                entry == 0 ? m.raw() : 0,
                                m.attributes());
                if (pages.put(new Page(table.pa(), va), target) != null) {
                    throw new AssertionError("maps a page twice: " + m);
                }
            }
        }
        return pages;
    }

    /** The same of the truth; {@code like} tells where descriptors are known, as above. */
    static Map<Page, Target> pages(WrittenGuest guest, Map<Page, Target> like) {
        Map<Page, Target> pages = new HashMap<>();
        for (WrittenGuest.Leaf leaf : guest.leaves()) {
            for (long at = 0; at < leaf.size(); at += guest.geometry().pageSize()) {
                Page page = new Page(leaf.table(), leaf.va() + at);
                Target read = like.get(page);
                boolean rawKnown = read == null || read.raw() != 0;
                pages.put(
                        page,
                        new Target(
                                leaf.pa() + at,
                                leaf.index(),
                                leaf.size(),
                                rawKnown ? leaf.raw() : 0,
                                leaf.attributes()));
            }
        }
        return pages;
    }

    /** Every swap entry as text. */
    Set<String> swaps() {
        TreeSet<String> texts = new TreeSet<>();
        for (GraphRelationship.SwapMapping m : links(GraphRelationship.SwapMapping.class)) {
            if (nodes.get(m.from()) instanceof GraphNode.PageTable table
                    && nodes.get(m.to()) instanceof GraphNode.Slots range
                    && (range.pages() == 0 || m.pages() == range.pages())) {
                for (int i = 0; i < m.pages(); i++) {
                    texts.add(
                            spell(
                                    table.pa(),
                                    m.index() + i,
                                    Hex.of(m.va() + i * m.size()),
                                    range.type(),
                                    range.offset(i),
                                    i == 0 ? Objects.requireNonNull(m.raw()) : "+"));
                }
            } else {
                throw new AssertionError("does not refer to its range as a whole: " + m);
            }
        }
        return texts;
    }

    /** The same of the truth; {@code like} tells where entries are known. */
    static Set<String> swaps(WrittenGuest guest, Set<String> like) {
        TreeSet<String> texts = new TreeSet<>();
        for (WrittenGuest.Swap s : guest.swaps()) {
            String text =
                    spell(s.table(), s.index(), Hex.of(s.va()), s.type(), s.offset(), s.raw());
            String inside = text.substring(0, text.lastIndexOf(' ')) + " +";
            texts.add(like.contains(inside) ? inside : text);
        }
        return texts;
    }

    /**
     * Tables that were walked as text, with how many entries of each kind they have, and what
     * points to them.
     */
    Set<String> tables() {
        Map<Integer, TreeSet<String>> parents = new HashMap<>();
        for (GraphRelationship.TablePointer p : links(GraphRelationship.TablePointer.class)) {
            if (nodes.get(p.from()) instanceof GraphNode.PageTable parent) {
                String limits =
                        (p.pxnTable() ? "pxn" : "")
                                + (p.xnTable() ? "xn" : "")
                                + (p.noUserTable() ? "no user" : "")
                                + (p.readOnlyTable() ? "read only" : "");
                parents.computeIfAbsent(p.to(), _ -> new TreeSet<>())
                        .add(spell(parent.pa(), Hex.of(p.va()), limits));
            }
        }
        TreeSet<String> texts = new TreeSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.PageTable t && t.foundBy().contains("walk")) {
                texts.add(
                        spell(
                                t.pa(),
                                t.level(),
                                Hex.of(Objects.requireNonNull(t.va())),
                                t.root(),
                                t.entriesTable(),
                                t.entriesLeaf(),
                                t.entriesNonpresent(),
                                parents.getOrDefault(i, new TreeSet<>())));
            }
        }
        return texts;
    }

    /** The same of the truth. */
    static Set<String> tables(WrittenGuest guest) {
        Map<Long, Integer> children = new HashMap<>();
        guest.tables().forEach(t -> children.merge(t.parent(), 1, Integer::sum));
        Map<Long, Integer> leaves = new HashMap<>();
        guest.leaves().forEach(l -> leaves.merge(l.table(), 1, Integer::sum));
        Map<Long, Integer> swaps = new HashMap<>();
        guest.swaps().forEach(s -> swaps.merge(s.table(), 1, Integer::sum));
        TreeSet<Long> users = new TreeSet<>();
        guest.mms().forEach(mm -> users.add(mm.root()));
        // With page-table isolation the kernel executes nothing of a process, nor can the process
        // by the kernel's root.
        boolean pairs =
                guest.geometry() instanceof X86Geometry
                        && guest.tables().stream().anyMatch(t -> t.pa() == guest.entryRoot());
        Map<Long, TreeSet<String>> parents = new HashMap<>();
        for (WrittenGuest.Table t : guest.tables()) {
            TreeSet<String> own = parents.computeIfAbsent(t.pa(), _ -> new TreeSet<>());
            if (t.parent() != 0) {
                boolean user = users.contains(t.root());
                String limits =
                        switch (guest.geometry()) {
                            case Arm64Geometry _ -> user ? "pxn" : "xn";
                            case X86Geometry _ ->
                                    user
                                            ? pairs && t.parent() == t.root() ? "pxnxn" : ""
                                            : "no user";
                        };
                own.add(spell(t.parent(), Hex.of(t.va()), limits));
            }
        }
        TreeSet<String> texts = new TreeSet<>();
        for (WrittenGuest.Table t : guest.tables()) {
            texts.add(
                    spell(
                            t.pa(),
                            t.name(),
                            Hex.of(t.va()),
                            t.pa() == t.root(),
                            children.getOrDefault(t.pa(), 0),
                            leaves.getOrDefault(t.pa(), 0),
                            swaps.getOrDefault(t.pa(), 0),
                            parents.getOrDefault(t.pa(), new TreeSet<>())));
        }
        return texts;
    }
}
