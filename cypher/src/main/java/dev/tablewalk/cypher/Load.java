package dev.tablewalk.cypher;

import dev.tablewalk.cypher.dbms.StoreSettings;
import dev.tablewalk.cypher.load.BulkImport;
import dev.tablewalk.cypher.load.GraphCounts;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertyMap;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.neo4j.configuration.Config;

/**
 * A checkpoint in the making, which appears in its store home whole or not at all. What does not
 * depend on the graph is made on another thread as soon as the load begins, so that the graph can
 * be found meanwhile.
 */
public final class Load implements AutoCloseable {
    private final StoreHome home;
    private final String name;
    private final WorkFolder work;
    private final BulkImport store;

    private Load(StoreHome home, String name, WorkFolder work) {
        this.home = home;
        this.name = name;
        this.work = work;
        this.store =
                BulkImport.begin(
                        () -> Config.newBuilder().set(StoreSettings.common(work.path())).build());
    }

    /** Makes a folder in the home, which must exist, and begins to fill it. */
    static Load begin(StoreHome home, String name) throws IOException {
        return new Load(home, name, WorkFolder.forLoad(home.folder(), name));
    }

    /**
     * Fills the checkpoint from a graph, makes it durable and gives it its name: store, indexes,
     * {@link FrameHashFile} if there are hashes, and {@link CheckpointFile}. Once.
     *
     * @throws UserError if the name has been taken meanwhile, or there is no room on the disk
     */
    public CheckpointInfo finish(GuestGraph graph, Progress progress) {
        return home.loading(
                name,
                () -> {
                    DiskSpace.require(home.folder(), name, graph);
                    CheckpointInfo info = fill(graph, progress);
                    progress.stage("sync", 0);
                    sync(work.path());
                    work.publish(home.folder(), name);
                    return info;
                });
    }

    private CheckpointInfo fill(GuestGraph graph, Progress progress) throws IOException {
        Path folder = work.path();
        GraphCounts counts = store.finish(graph, progress);
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
                        counts.nodes(),
                        counts.relationships());
        CheckpointFile.write(folder, info);
        return info;
    }

    /** Gives up what was not finished. */
    @Override
    public void close() {
        home.loading(
                name,
                () -> {
                    try (work;
                            store) {
                        return name;
                    }
                });
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
}
