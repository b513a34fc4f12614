package dev.tablewalk.graph;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One relationship; {@code from} and {@code to} are the numbers of its nodes in the graph. */
public sealed interface GraphRelationship {
    RelationshipType type();

    int from();

    int to();

    void describe(PropertySink sink);

    /** A relationship that says all by its type. */
    record Link(RelationshipType type, int from, int to) implements GraphRelationship {
        @Override
        public void describe(PropertySink sink) {}
    }

    /**
     * A pointer from outside the page tables.
     *
     * @param key {@code field} for a struct's member, {@code register} for a CPU's
     * @param name of the member or register
     */
    record Pointer(int from, int to, String key, String name) implements GraphRelationship {
        @Override
        public RelationshipType type() {
            return RelationshipType.POINTS_TO;
        }

        @Override
        public void describe(PropertySink sink) {
            sink.put(key, name);
        }
    }

    /**
     * From the checkpoint to a root table of the kernel's own.
     *
     * @param symbol that names it, or the {@code pgd} of an {@code mm_struct} that has a symbol
     */
    record RootPointer(int from, int to, String symbol, RootKind kind)
            implements GraphRelationship {
        @Override
        public RelationshipType type() {
            return RelationshipType.POINTS_TO;
        }

        @Override
        public void describe(PropertySink sink) {
            sink.put("symbol", symbol);
            sink.put("kind", kind.text());
        }
    }

    /**
     * A table descriptor. The limits bound what every entry below may allow.
     *
     * @param index of the entry in its table
     * @param va first virtual address that the entry covers, as a signed 64-bit number
     * @param raw the descriptor
     * @param readOnlyTable nothing below can be written
     * @param noUserTable nothing below can be reached from user mode
     * @param xnTable nothing below can be executed in user mode
     * @param pxnTable nothing below can be executed in kernel mode
     */
    record TablePointer(
            int from,
            int to,
            int index,
            long va,
            long raw,
            boolean readOnlyTable,
            boolean noUserTable,
            boolean xnTable,
            boolean pxnTable)
            implements GraphRelationship {
        @Override
        public RelationshipType type() {
            return RelationshipType.POINTS_TO;
        }

        @Override
        public void describe(PropertySink sink) {
            sink.put("index", index);
            sink.put("va", va);
            sink.put("raw", raw);
            sink.put("read_only_table", readOnlyTable);
            sink.put("no_user_table", noUserTable);
            sink.put("xn_table", xnTable);
            sink.put("pxn_table", pxnTable);
        }
    }

    /**
     * A run of leaf entries that map one {@link GraphNode.PageRange} as a whole and differ only in
     * their consecutive addresses.
     *
     * <p>A leaf larger than its range is cut: then {@code va} lies inside what the entry at {@code
     * index} maps, and {@code raw} is still that entry's whole descriptor. Entry {@code index + i}
     * is {@code raw} with its output address moved by {@code i * size}.
     *
     * @param index of the first entry in its table
     * @param entries that the run touches
     * @param va virtual address of the range's first byte, as a signed 64-bit number
     * @param pages of the guest's page size; the range's
     * @param size bytes that one entry maps
     * @param raw the first entry's descriptor
     * @param attributes what the descriptors allow
     */
    record LeafMapping(
            int from,
            int to,
            int index,
            int entries,
            long va,
            long pages,
            long size,
            long raw,
            LeafAttributes attributes)
            implements GraphRelationship {
        @Override
        public RelationshipType type() {
            return RelationshipType.POINTS_TO;
        }

        @Override
        public void describe(PropertySink sink) {
            sink.put("index", index);
            sink.put("entries", entries);
            sink.put("va", va);
            sink.put("pages", pages);
            sink.put("size", size);
            sink.put("raw", raw);
            attributes.describe(sink);
        }
    }

    /**
     * A run of entries that refer to one {@link GraphNode.Slots} as a whole.
     *
     * @param index of the first entry in its table
     * @param va virtual address of the first entry, as a signed 64-bit number
     * @param pages slots; the range's
     * @param size bytes of virtual memory that one entry stands for
     * @param raw the first entry; null where a diff cut the run before it, as where the slot stands
     *     in an entry is the kernel's matter
     * @param swap whether these are pages in swap; otherwise the entries only have the form
     */
    record SwapMapping(
            int from,
            int to,
            int index,
            long va,
            long pages,
            long size,
            @Nullable Long raw,
            boolean swap)
            implements GraphRelationship {
        /** Of pages in swap. */
        public SwapMapping(
                int from, int to, int index, long va, long pages, long size, @Nullable Long raw) {
            this(from, to, index, va, pages, size, raw, true);
        }

        /** The same between other nodes. */
        public SwapMapping between(int fromNode, int toNode) {
            return new SwapMapping(fromNode, toNode, index, va, pages, size, raw, swap);
        }

        @Override
        public RelationshipType type() {
            return swap ? RelationshipType.SWAPPED_TO : RelationshipType.MARKED_AS;
        }

        @Override
        public void describe(PropertySink sink) {
            sink.put("index", index);
            sink.put("va", va);
            sink.put("pages", pages);
            sink.put("size", size);
            if (raw != null) {
                sink.put("raw", raw);
            }
        }
    }

    /**
     * A relationship of a diff that is on one side only, or on both and not alike, or leads to
     * pages that were written. Its properties are those it has after, or had before if it is no
     * more; of each that differs {@code before_…} and {@code after_…} tell both. Both sides have
     * the same ends.
     *
     * @param before null if it was added
     * @param after null if it was removed
     * @param pagesWritten of the pages that both sides map alike, those whose content differs
     */
    record Compared(
            @Nullable GraphRelationship before,
            @Nullable GraphRelationship after,
            long pagesWritten)
            implements GraphRelationship {
        /** One that is on at least one side. */
        public Compared {
            Fate.of(before, after);
        }

        private GraphRelationship present() {
            return after != null ? after : Objects.requireNonNull(before);
        }

        @Override
        public RelationshipType type() {
            return present().type();
        }

        @Override
        public int from() {
            return present().from();
        }

        @Override
        public int to() {
            return present().to();
        }

        @Override
        public void describe(PropertySink sink) {
            PropertyMap.Differences differences =
                    PropertyMap.Differences.of(
                            before == null ? null : PropertyMap.of(before::describe),
                            after == null ? null : PropertyMap.of(after::describe));
            differences.describe(sink);
            if (!differences.isNone()) {
                sink.put("fate", Fate.of(before, after).text());
            }
            if (pagesWritten > 0) {
                sink.put("pages_written", pagesWritten);
            }
        }
    }
}
