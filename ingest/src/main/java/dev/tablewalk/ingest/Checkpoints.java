package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says of a checkpoint as a whole what is known. */
final class Checkpoints {
    private static final String NOT_COMPUTED = "not computed; ";

    private Checkpoints() {}

    static GraphNode.Checkpoint describe(
            IngestRequest request,
            GuestIdentity identity,
            Image image,
            Kernel kernel,
            long anomalies,
            Map<String, Long> counts,
            Map<String, String> found,
            List<String> taskViews,
            List<String> markedLevels) {
        PageTableFormat format = kernel.map().format();
        return new GraphNode.Checkpoint(
                request.name(),
                identity,
                kernel.release(),
                kernel.info().text("BUILD-ID").orElse(""),
                kernel.version(),
                kernel.architecture().name(),
                format.pageSize(),
                format.vaBits(),
                format.paBits(),
                format.levels(),
                format.lpa2(),
                kernel.info().kaslrOffset(),
                ram(image, kernel),
                image.paths().stream()
                        .map(path -> path.toAbsolutePath().normalize().toString())
                        .collect(Collectors.joining(",")),
                request.sha256() ? sha256(image.paths()) : identity(image),
                request.toolVersion(),
                counts,
                anomalies,
                found,
                taskViews,
                markedLevels,
                request.hash());
    }

    /** As {@code --ram} takes it where the image is raw; else without offsets. */
    private static String ram(Image image, Kernel kernel) {
        PhysicalMemory memory = kernel.memory().physical();
        return (image.parts().isEmpty() ? memory.held() : memory.ranges())
                .stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /**
     * Asks whether an image is still the one that a checkpoint was made of.
     *
     * @param known the checkpoint's {@code image_sha256}; empty to take any
     * @throws UserError if it is not
     */
    static void requireSame(Image image, String known) {
        if (known.isEmpty()) {
            return;
        }
        String now = known.startsWith(NOT_COMPUTED) ? identity(image) : sha256(image.paths());
        if (!now.equals(known)) {
            throw UserError.input(
                    image.path()
                            + " is not the image that the checkpoint was made of: that one was "
                            + known
                            + ", this is "
                            + now
                            + "; ingest it again");
        }
    }

    private static String identity(Image image) {
        try {
            return NOT_COMPUTED
                    + image.fileSize()
                    + " bytes, last modified "
                    + Files.getLastModifiedTime(image.path());
        } catch (IOException e) {
            return NOT_COMPUTED + image.fileSize() + " bytes";
        }
    }

    /** Of several files, that of all of them one behind the other. */
    private static String sha256(List<Path> paths) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path path : paths) {
                update(digest, path);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, Path path) {
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw UserError.input(path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
