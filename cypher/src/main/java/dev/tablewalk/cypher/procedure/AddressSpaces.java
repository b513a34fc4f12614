package dev.tablewalk.cypher.procedure;

import dev.tablewalk.cypher.procedure.PointerGraph.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of address spaces, of each at the cost of its tables, leaves and VMAs.
 *
 * @param <N> a node of the graph that they are in
 * @param <R> a pointer of it
 */
public final class AddressSpaces<N, R> {
    private final PointerGraph<N, R> graph;
    private final TableTree<N, R> trees;
    private final Property<N> start;
    private final Property<N> end;
    private final Property<N> pid;
    private final Property<R> field;
    private final Property<R> pages;
    private final Property<R> address;

    /** The address spaces of a graph. */
    public AddressSpaces(PointerGraph<N, R> graph) {
        this.graph = graph;
        this.trees = new TableTree<>(graph);
        start = graph.ofNodes("start");
        end = graph.ofNodes("end");
        pid = graph.ofNodes("pid");
        field = graph.ofPointers("field");
        pages = graph.ofPointers("pages");
        address = graph.ofPointers("va");
    }

    /**
     * A leaf of an address space.
     *
     * @param va of its first page in this address space
     * @param vmas those that have a part of it
     * @param outside pages of it that lie in none
     * @param <T> what is kept of each VMA
     */
    public record Leaf<T, R>(R pointer, long va, List<T> vmas, long outside) {}

    /** Its VMAs by address. */
    public <T> VmaIndex<T> vmas(N mm, Function<N, T> keep) {
        VmaIndex.Builder<T> vmas = new VmaIndex.Builder<>();
        for (N vma : graph.vmas(mm)) {
            if (start.of(vma) instanceof Long from && end.of(vma) instanceof Long to) {
                vmas.add(keep.apply(vma), from, to);
            }
        }
        return vmas.build();
    }

    /** The task of the lowest pid that has it; null if none has. */
    public @Nullable N owner(N mm) {
        N owner = null;
        long lowest = Long.MAX_VALUE;
        for (R pointer : graph.pointersTo(mm)) {
            if ("mm".equals(field.of(pointer))
                    && pid.of(graph.source(pointer)) instanceof Long its
                    && (owner == null || its < lowest)) {
                owner = graph.source(pointer);
                lowest = its;
            }
        }
        return owner;
    }

    /**
     * The leaves that its tables have at addresses of its own, not the kernel's, in their order.
     *
     * @param pageSize bytes
     * @param keep of each VMA
     */
    public <T> Stream<Leaf<T, R>> leaves(N mm, long pageSize, Function<N, T> keep) {
        N root = root(mm);
        if (root == null) {
            return Stream.empty();
        }
        VmaIndex<T> vmas = vmas(mm, keep);
        return trees.below(root).stream().flatMap(place -> leaves(place, vmas, pageSize).stream());
    }

    private <T> List<Leaf<T, R>> leaves(
            TableTree.Place<N, R> place, VmaIndex<T> vmas, long pageSize) {
        List<Leaf<T, R>> leaves = new ArrayList<>();
        for (R pointer : graph.pointersFrom(place.table())) {
            if (pages.of(pointer) instanceof Long count
                    && address.of(pointer) instanceof Long own
                    && own + place.moved() >= 0) {
                long va = own + place.moved();
                VmaIndex.Cover<T> cover = vmas.cover(va, va + count * pageSize);
                leaves.add(new Leaf<>(pointer, va, cover.in(), cover.outside() / pageSize));
            }
        }
        leaves.sort(Comparator.comparingLong(Leaf::va));
        return leaves;
    }

    /** The root of an address space, if it is known. */
    private @Nullable N root(N mm) {
        for (R pointer : graph.pointersFrom(mm)) {
            if ("pgd".equals(field.of(pointer))) {
                return graph.target(pointer);
            }
        }
        return null;
    }
}
