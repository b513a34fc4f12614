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
 * Copies RAM into a file that is all hole. Where both lie on a file system that can share blocks,
 * nothing is read; else what the source has data for is read by all processors, and written but for
 * pages that are zero.
 */
final class SparseCopy implements AutoCloseable {
    /** What is read at once; small enough to stay in a processor's cache until it is written. */
    private static final int BUFFER = 1 << 20;

    /** The unit of zeros left out: the block of most file systems. */
    private static final int PAGE = 4096;

    /** What one processor takes on at a time. */
    private static final long SHARE = 4L << 20;

    private static final int MOST_THREADS = 4;
    private static final MemorySegment ZERO =
            MemorySegment.ofBuffer(ByteBuffer.allocateDirect(PAGE));

    private final WorkFile to;
    private final Map<Path, FileChannel> channels = new HashMap<>();
    private final Map<Path, LinuxFile> files = new HashMap<>();
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

    /** Shares the blocks of all parts; if that fails half-way, {@link #copy} writes over it. */
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

    /** Reads as {@link #copy} does and writes nothing, so that the code is compiled. */
    void rehearse(List<Part> parts, long bytes) throws IOException {
        List<Share> all = shares(parts);
        List<Share> few = new ArrayList<>();
        long sum = 0;
        for (Share share : all) {
            if (sum < bytes) {
                few.add(share);
                sum += share.size;
            }
        }
        run(few, false, Progress.NONE);
    }

    /**
     * Copies all parts.
     *
     * @param progress is told bytes, of the parts' sizes
     */
    void copy(List<Part> parts, Progress progress) throws IOException {
        run(shares(parts), true, progress);
    }

    /** What holds data, in pieces. */
    private List<Share> shares(List<Part> parts) throws IOException {
        List<Share> shares = new ArrayList<>();
        Map<Path, DataExtents> extents = new HashMap<>();
        for (Part part : parts) {
            RamSource source = part.source;
            FileChannel from = channel(source);
            DataExtents data = extents.get(source.file());
            if (data == null) {
                data = DataExtents.of(source.file(), from.size());
                extents.put(source.file(), data);
            }
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

    private void run(List<Share> shares, boolean write, Progress progress) throws IOException {
        AtomicInteger next = new AtomicInteger();
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    CompletableFuture.runAsync(
                            () -> work(shares, next, write, progress),
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
    }

    private void work(List<Share> shares, AtomicInteger next, boolean write, Progress progress) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        MemorySegment bytes = MemorySegment.ofBuffer(buffer.duplicate());
        try {
            for (int i = next.getAndIncrement(); i < shares.size(); i = next.getAndIncrement()) {
                Share share = shares.get(i);
                for (long done = 0; done < share.size; done += BUFFER) {
                    if (given.get()) {
                        return;
                    }
                    buffer.clear().limit((int) Math.min(BUFFER, share.size - done));
                    readFully(share.from, share.offset + done, buffer);
                    writeUnlessZero(buffer, bytes, share.at + done, write);
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
                throw new IOException("the guest's RAM became shorter while it was read");
            }
        }
    }

    private void writeUnlessZero(ByteBuffer buffer, MemorySegment bytes, long at, boolean write)
            throws IOException {
        int end = buffer.limit();
        int run = 0;
        for (int page = 0; page < end; page += PAGE) {
            if (isZero(bytes, page, Math.min(PAGE, end - page))) {
                write(buffer, run, page, at, write);
                run = page + PAGE;
            }
        }
        write(buffer, run, end, at, write);
    }

    private static boolean isZero(MemorySegment bytes, int at, int length) {
        return MemorySegment.mismatch(bytes, at, at + length, ZERO, 0, length) < 0;
    }

    private void write(ByteBuffer buffer, int from, int until, long at, boolean write)
            throws IOException {
        if (from < until && write) {
            buffer.limit(until).position(from);
            while (buffer.hasRemaining()) {
                to.channel().write(buffer, at + buffer.position());
            }
        }
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
