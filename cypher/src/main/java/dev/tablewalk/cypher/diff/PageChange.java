package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.LeafAttributes;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of pages that follow one another.
 *
 * @param va virtual address of the first
 * @param pages how many, of the guest's page size; of the smaller one, if the sides differ
 * @param before where they led; null if nowhere
 * @param after where they lead; null if nowhere
 * @param area what they are part of; null if that is no VMA and no region of the kernel's
 */
public record PageChange(
        Kind kind,
        long va,
        long pages,
        @Nullable Target before,
        @Nullable Target after,
        @Nullable Area area) {
    /** The kinds of change; a page has the first that fits, and {@link #WRITTEN} besides. */
    public enum Kind {
        /** Nothing was there; now a frame is. */
        MAPPED,
        /** A frame was there; now nothing is. */
        UNMAPPED,
        /** Another frame, whatever it allows. */
        MOVED,
        /** A frame was there; now it is in swap. */
        SWAPPED_OUT,
        /** It was in swap; now a frame is there. */
        SWAPPED_IN,
        /** Nothing was there; now something in swap is. */
        SWAP_ADDED,
        /** Something in swap was there; now nothing is. */
        SWAP_REMOVED,
        /** Another slot of swap. */
        SWAP_MOVED,
        /** No page is there, and now a marker or its like, or another one. */
        MARKED,
        /** No page is there, and no marker any more. */
        UNMARKED,
        /** The same frame, and who may do what with it, or its type of memory, is another. */
        REPROTECTED,
        /** The same frame, mapped by entries of another size, or of another run. */
        RESIZED,
        /** The same frame, and its accessed, dirty or global bit is another. */
        TOUCHED,
        /** The same frame, whose content is another. */
        WRITTEN;

        /** As formats for programs have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The kind of change between two targets; null if there is none. */
    static @Nullable Kind kind(@Nullable Target before, @Nullable Target after) {
        boolean wasMark = before instanceof Target.Slots was && !was.swap();
        boolean isMark = after instanceof Target.Slots is && !is.swap();
        if (wasMark && isMark) {
            return Objects.equals(before, after) ? null : Kind.MARKED;
        }
        if (wasMark) { // beside pages and swap, a mark is nothing
            return after == null ? Kind.UNMARKED : kind(null, after);
        }
        if (isMark) {
            return before == null ? Kind.MARKED : kind(before, null);
        }
        return switch (before) {
            case null ->
                    switch (after) {
                        case null -> null;
                        case Target.Frames _ -> Kind.MAPPED;
                        case Target.Slots _ -> Kind.SWAP_ADDED;
                    };
            case Target.Frames was ->
                    switch (after) {
                        case null -> Kind.UNMAPPED;
                        case Target.Frames is -> kind(was, is);
                        case Target.Slots _ -> Kind.SWAPPED_OUT;
                    };
            case Target.Slots was ->
                    switch (after) {
                        case null -> Kind.SWAP_REMOVED;
                        case Target.Frames _ -> Kind.SWAPPED_IN;
                        case Target.Slots is -> was.equals(is) ? null : Kind.SWAP_MOVED;
                    };
        };
    }

    private static @Nullable Kind kind(Target.Frames was, Target.Frames is) {
        if (was.pa() != is.pa()) {
            return Kind.MOVED;
        }
        LeafAttributes had = was.attributes();
        LeafAttributes has = is.attributes();
        if (had.valid() != has.valid()
                || had.writable() != has.writable()
                || had.executable() != has.executable()
                || had.kernelExecutable() != has.kernelExecutable()
                || had.user() != has.user()
                || had.special() != has.special()
                || !had.memory().equals(has.memory())) {
            return Kind.REPROTECTED;
        }
        if (was.size() != is.size() || had.contiguous() != has.contiguous()) {
            return Kind.RESIZED;
        }
        return had.equals(has) ? null : Kind.TOUCHED;
    }
}
