package dev.tablewalk.cypher;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;

/** Room on the disk for a load: asked for before, and missed during. */
final class DiskSpace {
    /** What a store takes that holds nothing, and what its first opening adds. */
    private static final long EMPTY_STORE = 12L << 20;

    /** Of store and indexes, rounded up from loads of real guests' graphs. */
    private static final long BYTES_PER_NODE = 150;

    private static final long BYTES_PER_RELATIONSHIP = 250;

    private DiskSpace() {}

    private static long estimate(GuestGraph graph) {
        FrameHashes hashes = graph.frameHashes();
        return EMPTY_STORE
                + (hashes == null ? 0 : FrameHashFile.size(hashes))
                + graph.nodeCount() * BYTES_PER_NODE
                + graph.relationshipCount() * BYTES_PER_RELATIONSHIP;
    }

    /**
     * Asks whether a graph will fit.
     *
     * @throws UserError if it will not
     */
    static void require(Path home, String name, GuestGraph graph) {
        long free = free(home);
        long needed = estimate(graph);
        if (free < needed) {
            throw UserError.input(
                    "no room in "
                            + home
                            + " for checkpoint '"
                            + name
                            + "': it takes about "
                            + mebibytes(needed)
                            + " and "
                            + mebibytes(free)
                            + " are free; make room, or choose another folder with --home");
        }
    }

    /**
     * Asks whether a checkpoint can be opened: Neo4j keeps a database of its own beside it, and
     * does not end on a full disk.
     *
     * @throws UserError if there is no room for that
     */
    static void requireToOpen(Path checkpoint, String name) {
        long free = free(checkpoint);
        if (free < EMPTY_STORE) {
            throw UserError.input(
                    "no room to open checkpoint '"
                            + name
                            + "': Neo4j takes up to "
                            + mebibytes(EMPTY_STORE)
                            + " beside it in "
                            + checkpoint
                            + " and "
                            + mebibytes(free)
                            + " are free");
        }
    }

    /** Asked of the folder: a {@code FileStore} looks for its mount, which a chroot may hide. */
    private static long free(Path folder) {
        return folder.toFile().getUsableSpace();
    }

    /** What to say where the room was used up during a load. */
    static UserError exhausted(Path home, String name, Throwable cause) {
        return UserError.input(
                "no room left in "
                        + home
                        + " for checkpoint '"
                        + name
                        + "': make room, or choose another folder with --home",
                cause);
    }

    /** Whether a failure is the disk's being full, or its user's share of it. */
    static boolean isExhausted(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null
                    && (message.contains("No space left")
                            || message.contains("not enough space")
                            || message.contains("quota exceeded")
                            || message.contains("OutOfDiskSpace"))) {
                return true;
            }
        }
        return false;
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
