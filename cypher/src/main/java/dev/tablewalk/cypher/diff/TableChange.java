package dev.tablewalk.cypher.diff;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a page table.
 *
 * @param level {@code PGD}, {@code P4D}, {@code PUD}, {@code PMD} or {@code PTE}
 * @param va first virtual address that it covers, in this tree
 * @param before its physical address; null if it was not there
 * @param after its physical address; null if it is not there
 */
public record TableChange(
        Kind kind, String level, long va, @Nullable Long before, @Nullable Long after) {
    /** The kinds of change. */
    public enum Kind {
        /** It is new. */
        ADDED,
        /** It is no more. */
        REMOVED,
        /** It lies in another frame. */
        MOVED;

        /** As formats for programs have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
