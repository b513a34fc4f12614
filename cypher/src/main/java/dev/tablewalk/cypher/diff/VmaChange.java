package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a stretch of addresses by what VMAs say of it.
 *
 * @param start virtual address of its first byte
 * @param end virtual address behind its last byte
 * @param before the VMA that it was in; null if none
 * @param after the VMA that it is in; null if none
 */
public record VmaChange(
        Kind kind,
        long start,
        long end,
        GraphNode.@Nullable Vma before,
        GraphNode.@Nullable Vma after) {
    /** The kinds of change; the first that fits. */
    public enum Kind {
        /** By a VMA that was not there. */
        MAPPED,
        /** With its VMA. */
        UNMAPPED,
        /** By a VMA that was there already, and was shorter. */
        GROWN,
        /** By a VMA that is there still, and is shorter. */
        SHRUNK,
        /** It maps something else. */
        REPLACED,
        /** Its permissions are others. */
        REPROTECTED,
        /** Others of its {@code VM_} flags are. */
        FLAGGED;

        /** As formats for programs have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The VMA that it is in, or was. */
    public GraphNode.Vma vma() {
        return after != null ? after : java.util.Objects.requireNonNull(before);
    }
}
