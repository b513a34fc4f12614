package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.memory.DataExtents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether files hold what the guest has in its memory: compared in a few places that QEMU reads
 * itself ({@code xp}). If they are the same while it runs, that is as good; if not, it may have
 * written there between the two reads.
 */
final class RamProof {
    private static final int PLACES = 8;
    private static final int WORDS = 8;
    private static final Pattern WORD = Pattern.compile("0x([0-9a-f]{16})\\b");

    private RamProof() {}

    /** Compares; in each source where it holds data, as far as there are places enough. */
    static boolean holds(QemuMonitor monitor, List<RamSource> sources) throws IOException {
        int each = Math.max(1, PLACES / sources.size());
        for (RamSource source : sources.subList(0, Math.min(PLACES, sources.size()))) {
            try (FileChannel file = FileChannel.open(source.file(), StandardOpenOption.READ)) {
                DataExtents data = DataExtents.of(source.file(), file.size());
                for (int i = 0; i < each; i++) {
                    long at = place(data, source, i, each);
                    if (!same(monitor, source, file, at)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** The i-th of so many places, far from each other among the data; bytes from the start. */
    private static long place(DataExtents data, RamSource source, int i, int of) {
        long bytes = 0;
        for (int e = 0; e < data.count(); e++) {
            bytes += overlap(data, e, source);
        }
        long wanted = bytes / (2L * of) * (2L * i + 1);
        for (int e = 0; e < data.count(); e++) {
            long here = overlap(data, e, source);
            if (wanted < here) {
                long at = Math.max(data.start(e), source.offset()) - source.offset() + wanted;
                return Math.min(at & -(WORDS * 8L), source.size() - WORDS * 8L);
            }
            wanted -= here;
        }
        return 0;
    }

    private static long overlap(DataExtents data, int extent, RamSource source) {
        long start = Math.max(data.start(extent), source.offset());
        long end = Math.min(data.end(extent), source.offset() + source.size());
        return Math.max(0, end - start);
    }

    private static boolean same(QemuMonitor monitor, RamSource source, FileChannel file, long at)
            throws IOException {
        ByteBuffer there = ByteBuffer.allocate(WORDS * 8).order(ByteOrder.LITTLE_ENDIAN);
        while (there.hasRemaining()) {
            if (file.read(there, source.offset() + at + there.position()) < 0) {
                return false;
            }
        }
        there.flip();
        Matcher words =
                WORD.matcher(monitor.human("xp /" + WORDS + "gx " + Hex.of(source.pa() + at)));
        for (int i = 0; i < WORDS; i++) {
            if (!words.find() || Hex.parse(words.group(1)) != there.getLong()) {
                return false;
            }
        }
        return true;
    }
}
