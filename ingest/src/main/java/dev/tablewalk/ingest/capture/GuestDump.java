package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.RamRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RAM that no file holds: QEMU is told to write it to one ({@code dump-guest-memory}, QEMU {@code
 * dump/dump.c}), an ELF core, as large as RAM is.
 */
final class GuestDump {
    /** Of the dump's name, beside the work file. */
    static final String SUFFIX = ".dump";

    private static final Duration POLL = Duration.ofMillis(50);

    /** How long a dump may make no progress. */
    private static final Duration STALL = Duration.ofSeconds(60);

    private final QemuMonitor monitor;
    private final Path file;

    GuestDump(QemuMonitor monitor, Path file) {
        this.monitor = monitor;
        this.file = file;
    }

    /**
     * Has the guest, which is stopped, dumped.
     *
     * @throws UserError if QEMU cannot
     */
    void write(Progress progress) {
        try {
            monitor.ask(
                    "dump-guest-memory",
                    Map.of("paging", false, "protocol", "file:" + file, "detach", true));
        } catch (QemuMonitor.Refused e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
        long last = 0;
        long stalled = TimedChannel.in(STALL);
        while (true) {
            JsonNode state = monitor.execute("query-dump");
            long completed = state.path("completed").asLong(0);
            if (completed > last) {
                progress.advance(completed - last);
                last = completed;
                stalled = TimedChannel.in(STALL);
            }
            switch (state.path("status").asText()) {
                case "completed" -> {
                    return;
                }
                case "failed" -> throw failed("the dump failed; is the disk full?", null);
                default -> {
                    if (System.nanoTime() > stalled) {
                        throw failed("the dump does not come on", null);
                    }
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.input("interrupted while QEMU wrote its dump", e);
        }
    }

    private UserError failed(String why, @Nullable Throwable cause) {
        String message =
                "the guest's RAM is in no file that can be read here, and QEMU cannot write it to "
                        + file.getParent()
                        + ": "
                        + why
                        + "; start QEMU with -object memory-backend-file,share=on, or capture to a"
                        + " folder that it may write to";
        return cause == null ? UserError.input(message) : UserError.input(message, cause);
    }

    /**
     * Where the blocks lie in the dump.
     *
     * @throws UserError if it does not hold all of them
     */
    List<RamSource> sources(List<RamBlock> blocks) {
        List<RamRange> loads = loads();
        List<RamSource> sources = new ArrayList<>();
        for (RamBlock block : blocks) {
            long at = block.pa();
            while (at < block.end()) {
                RamSource part = part(loads, at, block.end());
                sources.add(part);
                at += part.size();
            }
        }
        return sources;
    }

    private List<RamRange> loads() {
        Path folder = file.resolveSibling(""); // an ELF core needs no room there
        try (Image dump = Image.open(List.of(file), false, folder, Progress.NONE)) {
            if (dump.isCut()) {
                throw UserError.image(file + " is cut off");
            }
            return dump.parts();
        } catch (UserError e) {
            throw UserError.input(
                    "the dump that QEMU wrote cannot be read: "
                            + e.getMessage()
                            + "; run as the user that QEMU runs as",
                    e);
        }
    }

    private RamSource part(List<RamRange> loads, long pa, long end) {
        for (RamRange load : loads) {
            if (load.fileOffset() >= 0 && load.pa() <= pa && pa < load.end()) {
                long skipped = pa - load.pa();
                return new RamSource(
                        pa,
                        Math.min(end - pa, load.size() - skipped),
                        file,
                        load.fileOffset() + skipped);
            }
        }
        throw UserError.input(
                "QEMU's dump lacks the guest's memory at PA "
                        + Hex.of(pa)
                        + "; has its memory backend dump=off?");
    }
}
