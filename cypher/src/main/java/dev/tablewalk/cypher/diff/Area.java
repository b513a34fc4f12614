package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;

/**
 * A part of an address space that has a name: a VMA, or a region of the kernel's.
 *
 * @param start virtual address of its first byte
 * @param end virtual address behind its last byte
 * @param perms as {@code /proc/PID/maps} prints them; empty for a region
 * @param name as {@code /proc/PID/maps} prints it, or the region's
 */
public record Area(long start, long end, String perms, String name) {
    static Area of(GraphNode.Vma vma) {
        return new Area(vma.start(), vma.end(), vma.perms(), vma.name());
    }

    static Area of(GraphNode.Region region) {
        return new Area(region.start(), region.end(), "", region.name());
    }
}
