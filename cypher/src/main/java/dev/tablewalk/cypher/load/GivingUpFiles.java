package dev.tablewalk.cypher.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.neo4j.io.fs.DelegatingFileSystemAbstraction;
import org.neo4j.io.fs.DelegatingStoreChannel;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.fs.StoreChannel;

/**
 * Files whose first failed write is the last that is tried: those after it are dropped and seem to
 * succeed. Neo4j's page cache, as it closes, tries to write what it holds until that succeeds, so
 * on a full disk it would never end. What has been written is then of no use, so whoever works on
 * these files must call {@link #requireWritten} when all is closed.
 *
 * <p>Nothing is made durable: the importer syncs each file many times over, and a store counts for
 * nothing before it is whole. Whoever publishes it syncs it then.
 */
final class GivingUpFiles extends DelegatingFileSystemAbstraction {
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();

    GivingUpFiles(FileSystemAbstraction files) {
        super(files);
    }

    /**
     * Asks whether all has been written.
     *
     * @throws IOException the first failure, if there was one
     */
    void requireWritten() throws IOException {
        IOException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    @Override
    public StoreChannel open(Path file, Set<OpenOption> options) throws IOException {
        return new Channel(super.open(file, options));
    }

    @Override
    public StoreChannel write(Path file) throws IOException {
        return new Channel(super.write(file));
    }

    /** Closes what has been left open: after a failure the importer forgets some of its files. */
    @Override
    public void close() throws IOException {
        for (Channel channel : Set.copyOf(open)) {
            channel.close();
        }
        super.close();
    }

    private interface Write {
        void run() throws IOException;
    }

    private void unlessGivenUp(Write write) throws IOException {
        if (failure.get() == null) {
            try {
                write.run();
            } catch (IOException e) {
                failure.compareAndSet(null, e);
                throw e;
            }
        }
    }

    private final class Channel extends DelegatingStoreChannel<StoreChannel> {
        Channel(StoreChannel channel) {
            super(channel);
            open.add(this);
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }

        /** Writes, and says that all was written whether it was or not. */
        private long written(ByteBuffer[] from, int offset, int length, Write write)
                throws IOException {
            long bytes = 0;
            for (int i = offset; i < offset + length; i++) {
                bytes += from[i].remaining();
            }
            unlessGivenUp(write);
            if (failure.get() == null) {
                long left = 0;
                for (int i = offset; i < offset + length; i++) {
                    left += from[i].remaining();
                }
                return bytes - left;
            }
            for (int i = offset; i < offset + length; i++) {
                from[i].position(from[i].limit());
            }
            return bytes;
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
            return written(from, offset, length, () -> delegate.write(from, offset, length));
        }

        @Override
        public long write(ByteBuffer[] from) throws IOException {
            return written(from, 0, from.length, () -> delegate.write(from));
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return (int) written(new ByteBuffer[] {from}, 0, 1, () -> delegate.write(from));
        }

        @Override
        public void writeAll(ByteBuffer from) throws IOException {
            written(new ByteBuffer[] {from}, 0, 1, () -> delegate.writeAll(from));
        }

        @Override
        public void writeAll(ByteBuffer from, long position) throws IOException {
            written(new ByteBuffer[] {from}, 0, 1, () -> delegate.writeAll(from, position));
        }

        @Override
        public void force(boolean metadata) {}
    }
}
