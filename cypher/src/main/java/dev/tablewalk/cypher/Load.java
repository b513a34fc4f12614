package dev.tablewalk.cypher;

import dev.tablewalk.cypher.dbms.StoreSettings;
import dev.tablewalk.cypher.load.BulkImport;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertyMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.neo4j.configuration.Config;

/** Fills a checkpoint's folder from a graph. */
final class Load {
    private Load() {}

    /**
     * Writes store, indexes, {@link FrameHashFile} if there are hashes, and {@link CheckpointFile},
     * and makes them durable.
     */
    static CheckpointInfo into(Path folder, String name, GuestGraph graph, Progress progress)
            throws IOException {
        Config config = Config.newBuilder().set(StoreSettings.common(folder)).build();
        BulkImport.run(config, graph, progress);
        FrameHashes hashes = graph.frameHashes();
        if (hashes != null) {
            progress.stage("write hashes", 0);
            FrameHashFile.write(folder, hashes);
        }
        CheckpointInfo info =
                new CheckpointInfo(
                        name,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        GraphSchema.VERSION,
                        bytes(folder),
                        PropertyMap.of(graph.nodes().iterator().next()::describe),
                        countNodes(graph),
                        countRelationships(graph));
        CheckpointFile.write(folder, info);
        progress.stage("sync", 0);
        sync(folder);
        return info;
    }

    /**
     * Makes all of a folder durable, so that what its new name shows is whole after a crash too.
     */
    private static void sync(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.toList();
        }
        Path lockFile = folder.resolve(FolderLock.FILE);
        for (Path file : all) {
            if (!file.equals(lockFile)) { // Opening and closing it here would unlock it.
                WorkFolder.sync(file);
            }
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static Map<String, Long> countNodes(GuestGraph graph) {
        Map<String, Long> counts = new TreeMap<>();
        for (GraphNode node : graph.nodes()) {
            for (NodeLabel label : node.labels()) {
                counts.merge(label.text(), 1L, Long::sum);
            }
        }
        return counts;
    }

    private static Map<String, Long> countRelationships(GuestGraph graph) {
        Map<String, Long> counts = new TreeMap<>();
        for (GraphRelationship relationship : graph.relationships()) {
            counts.merge(relationship.type().name(), 1L, Long::sum);
        }
        return counts;
    }
}
