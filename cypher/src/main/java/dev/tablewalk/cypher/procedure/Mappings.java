package dev.tablewalk.cypher.procedure;

import dev.tablewalk.cypher.procedure.PointerGraph.Property;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.ResourceIterator;
import org.neo4j.graphdb.Transaction;

/**
 * What address spaces map: each run of pages that lies in a VMA, at the cost of the tables, leaves
 * and VMAs. Holds the leaves of one table at a time.
 *
 * @param <N> a node of the graph that they are in
 * @param <R> a pointer of it
 */
public final class Mappings<N, R> {
    /** The properties that this reads. */
    public static final Set<String> KEYS =
            Set.of(
                    "tgid",
                    "comm",
                    "pid",
                    "field",
                    "name",
                    "perms",
                    "backing",
                    "path",
                    "start",
                    "end",
                    "level",
                    "va",
                    "index",
                    "pa",
                    "pages",
                    "writable",
                    "executable",
                    "frame",
                    "page_size",
                    "va_bits",
                    "levels");

    private final PointerGraph<N, R> graph;
    private final AddressSpaces<N, R> spaces;
    private final long pageSize;
    private final Property<N> tgid;
    private final Property<N> comm;
    private final Property<N> frame;
    private final Property<N> pa;
    private final Property<R> pages;
    private final Property<R> writable;
    private final Property<R> executable;

    /**
     * The mappings of a graph.
     *
     * @param pageSize bytes
     */
    public Mappings(PointerGraph<N, R> graph, long pageSize) {
        this.graph = graph;
        this.spaces = new AddressSpaces<>(graph);
        this.pageSize = pageSize;
        tgid = graph.ofNodes("tgid");
        comm = graph.ofNodes("comm");
        frame = graph.ofNodes("frame");
        pa = graph.ofNodes("pa");
        pages = graph.ofPointers("pages");
        writable = graph.ofPointers("writable");
        executable = graph.ofPointers("executable");
    }

    /**
     * Those of a store, through a transaction.
     *
     * @throws IOException what the sink throws
     */
    public static void of(Transaction transaction, Sink to, Progress progress) throws IOException {
        try (ResourceIterator<Node> mms =
                transaction.findNodes(Label.label(NodeLabel.MM_STRUCT.text()))) {
            new Mappings<>(
                            StoredPointers.GRAPH,
                            Geometry.of(Geometry.checkpoint(transaction)).pageSize())
                    .of(mms.stream().toList(), to, progress);
        }
    }

    /**
     * An address space.
     *
     * @param number of its node in the store
     * @param tgid of the task of the lowest pid that has it; null if none has
     * @param comm that task's
     */
    public record Space(long number, @Nullable Long tgid, @Nullable String comm) {}

    /**
     * A VMA.
     *
     * @param start address of its first byte
     * @param end address behind its last
     * @param file path of the file that it maps; null if it maps none
     */
    public record Area(
            @Nullable String name,
            @Nullable String perms,
            @Nullable String backing,
            @Nullable String file,
            long start,
            long end) {}

    /**
     * A run of consecutive pages in consecutive frames.
     *
     * @param va of its first byte
     * @param pa of its first byte
     * @param frame what the kernel says that the frames are
     */
    public record Run(
            long va,
            long pa,
            long pages,
            @Nullable Boolean writable,
            @Nullable Boolean executable,
            @Nullable String frame) {}

    /** Takes them. */
    @FunctionalInterface
    public interface Sink {
        void take(Space space, Area area, Run run) throws IOException;
    }

    /**
     * Hands over what address spaces map, one after the other, each by address.
     *
     * @param progress hears of each address space
     * @throws IOException what the sink throws
     */
    public void of(List<N> mms, Sink to, Progress progress) throws IOException {
        progress.stage("write mappings", mms.size());
        for (N mm : mms.stream().sorted(Comparator.comparingLong(graph::number)).toList()) {
            N owner = spaces.owner(mm);
            Space space =
                    owner == null
                            ? new Space(graph.number(mm), null, null)
                            : new Space(
                                    graph.number(mm),
                                    tgid.of(owner) instanceof Long its ? its : null,
                                    text(comm.of(owner)));
            Iterator<AddressSpaces.Leaf<Area, R>> leaves =
                    spaces.leaves(mm, pageSize, this::area).iterator();
            while (leaves.hasNext()) {
                write(space, leaves.next(), to);
            }
            progress.advance(1);
        }
    }

    private void write(Space space, AddressSpaces.Leaf<Area, R> leaf, Sink to) throws IOException {
        N range = graph.target(leaf.pointer());
        if (!(pa.of(range) instanceof Long begin)
                || !(pages.of(leaf.pointer()) instanceof Long count)) {
            return;
        }
        Boolean mayWrite = truth(writable.of(leaf.pointer()));
        Boolean mayExecute = truth(executable.of(leaf.pointer()));
        String is = text(frame.of(range));
        for (Area area : leaf.vmas()) {
            long first = Math.max(leaf.va(), area.start);
            long last = Math.min(leaf.va() + count * pageSize, area.end);
            to.take(
                    space,
                    area,
                    new Run(
                            first,
                            begin + first - leaf.va(),
                            (last - first) / pageSize,
                            mayWrite,
                            mayExecute,
                            is));
        }
    }

    private Area area(N vma) {
        N file = graph.file(vma);
        return new Area(
                text(graph.ofNodes("name").of(vma)),
                text(graph.ofNodes("perms").of(vma)),
                text(graph.ofNodes("backing").of(vma)),
                file == null ? null : text(graph.ofNodes("path").of(file)),
                graph.ofNodes("start").of(vma) instanceof Long start ? start : 0,
                graph.ofNodes("end").of(vma) instanceof Long end ? end : 0);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? text : null;
    }

    private static @Nullable Boolean truth(@Nullable Object value) {
        return value instanceof Boolean truth ? truth : null;
    }
}
