package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** Of {@code elf64_hdr} and {@code elf64_phdr}, bytes. */
    private static final int HEADER = 64;

    private static final int PROGRAM_HEADER = 56;
    private static final int PT_LOAD = 1;

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
        try (FileChannel dump = FileChannel.open(file, StandardOpenOption.READ)) {
            List<RamSource> loads = loads(dump);
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
        } catch (IOException e) {
            throw UserError.input(
                    "the dump that QEMU wrote cannot be read: "
                            + e.getMessage()
                            + "; run as the user that QEMU runs as",
                    e);
        }
    }

    private RamSource part(List<RamSource> loads, long pa, long end) {
        for (RamSource load : loads) {
            if (load.pa() <= pa && pa - load.pa() < load.size()) {
                long skipped = pa - load.pa();
                return new RamSource(
                        pa,
                        Math.min(end - pa, load.size() - skipped),
                        file,
                        load.offset() + skipped);
            }
        }
        throw UserError.input(
                "QEMU's dump lacks the guest's memory at PA "
                        + Hex.of(pa)
                        + "; has its memory backend dump=off?");
    }

    private List<RamSource> loads(FileChannel dump) throws IOException {
        long size = dump.size();
        ByteBuffer header = read(dump, 0, HEADER);
        if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
            throw new IOException("it is no 64-bit little-endian ELF file");
        }
        long table = header.getLong(32);
        long count = header.getShort(56) & 0xffff;
        if (count == 0xffff) { // PN_XNUM: the first section header's sh_info
            count = read(dump, header.getLong(40), HEADER).getInt(44) & 0xffff_ffffL;
        }
        if (table < 0 || count > (size - Math.min(size, table)) / PROGRAM_HEADER) {
            throw new IOException("its program headers are cut off");
        }
        List<RamSource> loads = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            ByteBuffer entry = read(dump, table + i * PROGRAM_HEADER, PROGRAM_HEADER);
            long offset = entry.getLong(8);
            long length = entry.getLong(32);
            if (entry.getInt(0) == PT_LOAD && length > 0) {
                if (offset < 0 || offset > size || length > size - offset) {
                    throw new IOException("it is cut off");
                }
                loads.add(new RamSource(entry.getLong(24), length, file, offset));
            }
        }
        return loads;
    }

    private static ByteBuffer read(FileChannel from, long at, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (into.hasRemaining()) {
            if (at < 0 || from.read(into, at + into.position()) < 0) {
                throw new IOException("it is cut off");
            }
        }
        return into;
    }
}
