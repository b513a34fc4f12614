package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.GuestFacts;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.process.FoundTask;
import dev.tablewalk.ingest.types.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Tells whose RAM an image is, of which boot, and when it was taken. */
final class Identification {
    /** What a guest is called that nobody named, {@code UTS_NODENAME} and what is usual. */
    private static final Set<String> NO_NAME = Set.of("", "(none)", "localhost");

    /** {@code init} and {@code kthreadd}: they are the first of every boot. */
    private static final int LAST_OF_FIRST = 2;

    private Identification() {}

    static GuestIdentity of(
            IngestRequest request, Kernel kernel, Collection<FoundTask> tasks, Image image) {
        GuestFacts facts = new GuestFacts(kernel);
        // Not the kernel's own where it can be helped: that may come between two moments of a boot.
        String random = facts.randomBootId().map(UUID::toString).orElse("");
        String first = firstTasks(kernel, tasks);
        String bootId = first.isEmpty() ? random : first;

        String guest = request.guest().orElse("");
        String guestFrom = "given";
        if (guest.isEmpty()) {
            guest = facts.productUuid().orElse("");
            guestFrom = "dmi";
        }
        if (guest.isEmpty()) {
            guest = facts.nodeName();
            guestFrom = "nodename";
        }
        if (NO_NAME.contains(guest)) {
            guest = bootId;
            guestFrom = "boot_id";
        }

        OptionalLong clock = facts.clockMillis();
        long captured = clock.orElseGet(() -> lastModified(image));
        return new GuestIdentity(
                guest,
                guestFrom,
                captured,
                clock.isPresent() ? "timekeeper" : "image",
                bootId,
                first.isEmpty() ? "random_boot_id" : "first_tasks",
                random);
    }

    /**
     * Made of what stays the same as long as a kernel runs, and is another at each boot: its place,
     * the nanosecond at which its first tasks began, and the random words that guard their stacks.
     * Empty if these are not known.
     */
    private static String firstTasks(Kernel kernel, Collection<FoundTask> tasks) {
        Optional<Field> canary = kernel.types().member("task_struct", "stack_canary");
        Set<String> first = new TreeSet<>();
        for (FoundTask task : tasks) {
            GraphNode.Task node = task.node();
            if (node.pid() > 0 && node.pid() <= LAST_OF_FIRST && node.startTime() > 0) {
                long at = node.address() + canary.map(Field::offset).orElse(0);
                boolean held = canary.isPresent() && kernel.memory().readable(at, Long.BYTES);
                long guard = held ? kernel.memory().u64(at) : 0;
                first.add(node.pid() + "@" + node.startTime() + "/" + guard);
            }
        }
        if (first.isEmpty()) {
            return "";
        }
        String all = kernel.version() + "\n" + kernel.info().kaslrOffset() + "\n" + first;
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** In milliseconds since 1970; 0 if the system does not tell. */
    private static long lastModified(Image image) {
        try {
            return Files.getLastModifiedTime(image.path()).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
