package dev.tablewalk.cypher.load;

import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.nio.file.Path;

/**
 * Makes a checkpoint of a synthetic graph, to be measured. To be run as a program, with a store
 * home, a name, and about how many nodes and relationships; not a test. It takes a kilobyte of heap
 * for each.
 */
final class SyntheticStore {
    /** Nodes and relationships that one process of {@link #graph} has. */
    private static final long OF_A_PROCESS = 2_860;

    private SyntheticStore() {}

    /** Processes of the size that those of a 6 GiB guest have after it was busy for long. */
    private static GuestGraph graph(long entities) {
        int processes = Math.toIntExact(Math.max(1, entities / OF_A_PROCESS));
        return SyntheticGraph.of(
                processes, processes * 159, processes * 536, processes * 1739, processes * 130);
    }

    public static void main(String[] args) {
        GuestGraph graph = graph(Long.parseLong(args[2]));
        StoreHome.at(Path.of(args[0])).load(args[1], graph, Progress.NONE);
        System.out.printf(
                "%s: %d nodes, %d relationships%n",
                args[1], graph.nodeCount(), graph.relationshipCount());
    }
}
