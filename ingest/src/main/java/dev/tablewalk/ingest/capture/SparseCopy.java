package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.memory.DataExtents;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes a file hold what RAM holds. Where both lie on a file system that can share blocks, nothing
 * is read; else what the source has data for is read by all processors, held against the file, and
 * written where they differ. In a file that is all hole that leaves out what is zero; of a source
 * that was copied before, it costs reading both.
 */
final class SparseCopy implements AutoCloseable {
    /** What is read at once, of each; small enough to stay in a processor's cache. */
    private static final int BUFFER = 256 << 10;

    /** The unit that is written or not: the block of most file systems. */
    private static final int PAGE = 4096;

    /** What one processor takes on at a time. */
    private static final long SHARE = 4L << 20;

    private static final int MOST_THREADS = 4;
    private static final MemorySegment ZERO =
            MemorySegment.ofBuffer(ByteBuffer.allocateDirect(PAGE));

    private final WorkFile to;
    private final Map<Path, FileChannel> channels = new HashMap<>();
    private final Map<Path, LinuxFile> files = new HashMap<>();

    /** Of each source, what has ever held data: the file may hold it still. */
    private final Map<Path, DataExtents> touched = new HashMap<>();

    private final AtomicBoolean given = new AtomicBoolean();

    SparseCopy(WorkFile to) {
        this.to = to;
    }

    /**
     * A run to be copied.
     *
     * @param at its place in the file that is written, bytes
     */
    record Part(RamSource source, long at) {}

    /** Opens what is read from, so that it is not done when time counts. */
    void open(List<Part> parts) throws IOException {
        for (Part part : parts) {
            Path path = part.source.file();
            if (!channels.containsKey(path)) {
                channels.put(path, FileChannel.open(path, StandardOpenOption.READ));
                files.put(path, LinuxFile.open(path, false));
            }
        }
    }

    /**
     * Whether blocks can be shared: tried with the first of each part. If so, writes out what the
     * sources hold, since sharing waits for that.
     */
    boolean canShare(List<Part> parts) throws IOException {
        for (Part part : parts) {
            if (!share(part, Math.min(BUFFER, part.source.size()))) {
                return false;
            }
        }
        for (FileChannel source : channels.values()) {
            source.force(false);
        }
        return true;
    }

    /** Shares the blocks of all parts; if that fails half-way, the file holds anything. */
    boolean share(List<Part> parts) {
        return parts.stream().allMatch(part -> share(part, part.source.size()));
    }

    private boolean share(Part part, long size) {
        return to.file().cloneRange(file(part.source), part.source.offset(), size, part.at);
    }

    private LinuxFile file(RamSource source) {
        LinuxFile file = files.get(source.file());
        if (file == null) {
            throw new IllegalStateException("not open: " + source);
        }
        return file;
    }

    private record Share(FileChannel from, long offset, long size, long at) {}

    /**
     * Brings the file up to date with all parts. If a source changes meanwhile, each of its bytes
     * is as it was at some moment, and the next call makes up for it.
     *
     * @param stage what it is called in the progress, which is told bytes
     */
    void update(List<Part> parts, String stage, Progress progress) throws IOException {
        Map<Path, DataExtents> now = new HashMap<>();
        for (var source : channels.entrySet()) {
            now.put(source.getKey(), DataExtents.of(source.getKey(), source.getValue().size()));
        }
        now.forEach((file, data) -> touched.merge(file, data, DataExtents::with));
        List<Share> shares = shares(parts);
        progress.stage(stage, shares.stream().mapToLong(Share::size).sum());
        run(shares, progress);
    }

    /** What holds data, in pieces. */
    private List<Share> shares(List<Part> parts) {
        List<Share> shares = new ArrayList<>();
        for (Part part : parts) {
            RamSource source = part.source;
            FileChannel from = channel(source);
            DataExtents data = touched.getOrDefault(source.file(), DataExtents.NONE);
            long end = source.offset() + source.size();
            for (int e = data.firstEndingAfter(source.offset());
                    e < data.count() && data.start(e) < end;
                    e++) {
                long stop = Math.min(data.end(e), end);
                long first = Math.max(0, data.start(e) - source.offset()) & -PAGE;
                for (long at = source.offset() + first; at < stop; at += SHARE) {
                    shares.add(
                            new Share(
                                    from,
                                    at,
                                    Math.min(SHARE, stop - at),
                                    part.at + (at - source.offset())));
                }
            }
        }
        return shares;
    }

    private FileChannel channel(RamSource source) {
        FileChannel channel = channels.get(source.file());
        if (channel == null) {
            throw new IllegalStateException("not open: " + source);
        }
        return channel;
    }

    private void run(List<Share> shares, Progress progress) throws IOException {
        AtomicInteger next = new AtomicInteger();
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    CompletableFuture.runAsync(
                            () -> work(shares, next, progress),
                            task -> Thread.ofPlatform().daemon().name("copy").start(task)));
        }
        IOException failed = null;
        for (CompletableFuture<Void> worker : workers) {
            try {
                worker.join();
            } catch (CompletionException e) {
                given.set(true);
                failed =
                        e.getCause() instanceof IOException cause
                                ? cause
                                : new IOException(e.getCause());
            }
        }
        if (failed != null) {
            throw failed;
        }
        if (given.get()) {
            throw new IOException("interrupted");
        }
    }

    private void work(List<Share> shares, AtomicInteger next, Progress progress) {
        ByteBuffer wanted = ByteBuffer.allocateDirect(BUFFER);
        ByteBuffer held = ByteBuffer.allocateDirect(BUFFER);
        MemorySegment wantedBytes = MemorySegment.ofBuffer(wanted.duplicate());
        MemorySegment heldBytes = MemorySegment.ofBuffer(held.duplicate());
        try {
            for (int i = next.getAndIncrement(); i < shares.size(); i = next.getAndIncrement()) {
                Share share = shares.get(i);
                for (long done = 0; done < share.size; done += BUFFER) {
                    if (given.get()) {
                        return;
                    }
                    int size = (int) Math.min(BUFFER, share.size - done);
                    readFully(share.from, share.offset + done, wanted.clear().limit(size));
                    readFully(to.channel(), share.at + done, held.clear().limit(size));
                    writeWhatDiffers(wanted, wantedBytes, heldBytes, share.at + done);
                }
                progress.advance(share.size);
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void readFully(FileChannel from, long offset, ByteBuffer into)
            throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into, offset + into.position()) < 0) {
                throw new IOException("a file became shorter while it was read");
            }
        }
    }

    /** Writes whole pages. */
    private void writeWhatDiffers(
            ByteBuffer wanted, MemorySegment wantedBytes, MemorySegment heldBytes, long at)
            throws IOException {
        int end = wanted.limit();
        int same = 0;
        while (true) {
            long differs = MemorySegment.mismatch(wantedBytes, same, end, heldBytes, same, end);
            if (differs < 0) {
                return;
            }
            int from = (same + (int) differs) & -PAGE;
            same = from;
            do {
                same = Math.min(same + PAGE, end);
            } while (same < end
                    && differs(wantedBytes, heldBytes, same, Math.min(same + PAGE, end)));
            wanted.limit(same).position(from);
            while (wanted.hasRemaining()) {
                to.channel().write(wanted, at + wanted.position());
            }
        }
    }

    private static boolean differs(MemorySegment one, MemorySegment other, int from, int until) {
        return MemorySegment.mismatch(one, from, until, other, from, until) >= 0;
    }

    private static boolean isZero(MemorySegment bytes, int at, int length) {
        return MemorySegment.mismatch(bytes, at, at + length, ZERO, 0, length) < 0;
    }

    /** Makes holes where the file, from an offset on, holds pages of zeros. */
    void punchZeros(long from, long size, Progress progress) throws IOException {
        DataExtents data = DataExtents.of(to.path(), size);
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate());
        for (int e = data.firstEndingAfter(from); e < data.count(); e++) {
            for (long at = Math.max(data.start(e), from); at < data.end(e); at += BUFFER) {
                buffer.clear().limit((int) Math.min(BUFFER, data.end(e) - at));
                readFully(to.channel(), at, buffer);
                punch(bytes, buffer.limit(), at);
                progress.advance(buffer.limit());
            }
        }
    }

    private void punch(MemorySegment bytes, int end, long at) {
        int run = 0;
        for (int page = 0; page <= end; page += PAGE) {
            if (page + PAGE > end || !isZero(bytes, page, PAGE)) {
                if (run < page) {
                    to.file().punch(at + run, page - run);
                }
                run = page + PAGE;
            }
        }
    }

    /** Lets the threads end soon. */
    void giveUp() {
        given.set(true);
    }

    @Override
    public void close() {
        giveUp();
        for (FileChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw UserError.input("cannot close the guest's RAM: " + e.getMessage(), e);
            }
        }
        files.values().forEach(LinuxFile::close);
    }
}
