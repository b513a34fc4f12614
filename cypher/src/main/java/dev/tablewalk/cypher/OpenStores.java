package dev.tablewalk.cypher;

import dev.tablewalk.cypher.FolderLock.HeldException;
import dev.tablewalk.cypher.dbms.EmbeddedDbms;
import dev.tablewalk.cypher.memory.GraphLoader;
import dev.tablewalk.cypher.memory.MemoryGraph;
import dev.tablewalk.graph.FrameHashes;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stores that a process has open. Whoever opens a checkpoint that is open already shares its
 * store; the last to close it closes the store, unless stores are kept for those who come next.
 *
 * <p>A store that nobody uses costs its page cache (at most 256 MiB, as much as is read) and some
 * tens of MiB of heap, and what was read of it into memory for a check until the heap is full.
 */
public final class OpenStores implements AutoCloseable {
    private final int keep;
    private final Map<Key, Store> stores = new HashMap<>();

    /**
     * @param keep how many stores stay open that nobody uses; 0 for a process that ends with its
     *     command
     */
    public OpenStores(int keep) {
        this.keep = keep;
    }

    /** A folder by its identity: another may come to have its name. */
    private record Key(Path folder, @Nullable Object file) {
        static Key of(Path folder) throws IOException {
            Path real = folder.toRealPath();
            return new Key(real, Files.readAttributes(real, BasicFileAttributes.class).fileKey());
        }
    }

    /** An open store, and who uses it. */
    final class Store {
        private final Key key;
        private final List<String> users = new ArrayList<>();
        private long unusedSince;
        private @Nullable EmbeddedDbms dbms;
        private @Nullable FolderLock lock;
        private @Nullable FrameHashes frameHashes;
        private SoftReference<MemoryGraph> memory = new SoftReference<>(null);

        private Store(Key key) {
            this.key = key;
        }

        EmbeddedDbms dbms() {
            return Objects.requireNonNull(dbms);
        }

        /** Opened once, by the first that wants it; the others wait for that. */
        private synchronized void open(long storeBytes)
                throws IOException, HeldException, EmbeddedDbms.UnavailableException {
            if (dbms != null) {
                return;
            }
            FolderLock taken = FolderLock.take(key.folder);
            try {
                dbms = EmbeddedDbms.open(key.folder, storeBytes);
                lock = taken;
            } finally {
                if (dbms == null) {
                    taken.close();
                }
            }
        }

        /**
         * The hashes of all frames; null if there are none. Read once, 8 bytes a frame, and kept.
         */
        synchronized @Nullable FrameHashes frameHashes(CheckpointInfo info) {
            if (frameHashes == null && Boolean.TRUE.equals(info.properties().get("hashed"))) {
                Object pageSize = info.properties().get("page_size");
                frameHashes =
                        FrameHashFile.read(
                                key.folder,
                                info.name(),
                                pageSize instanceof Long bytes ? bytes : 0);
            }
            return frameHashes;
        }

        /**
         * Its graph in memory. Read when first asked for, or for more, and kept until the heap is
         * full.
         *
         * @param asked names of the properties that it must have
         * @param more those that will be asked for, too
         */
        synchronized MemoryGraph memory(Set<String> asked, Set<String> more) {
            MemoryGraph known = memory.get();
            if (known != null && known.has(asked)) {
                return known;
            }
            Set<String> all = new TreeSet<>(more);
            all.addAll(asked);
            MemoryGraph read = GraphLoader.load(dbms()::begin, all);
            memory = new SoftReference<>(read);
            return read;
        }

        /** Has it for {@link #memory}. */
        synchronized void keep(MemoryGraph read) {
            memory = new SoftReference<>(read);
        }

        /** Gives it back. */
        void release(String user) {
            synchronized (stores) {
                users.remove(user);
                if (users.isEmpty()) {
                    unusedSince = System.nanoTime();
                    closeUnused(keep);
                }
            }
        }

        private synchronized void close() {
            try {
                if (dbms != null) {
                    dbms.close();
                }
            } finally {
                dbms = null;
                frameHashes = null;
                memory.clear();
                try {
                    if (lock != null) {
                        lock.close();
                    }
                } catch (IOException e) {
                    // The lock goes with this process at the latest.
                }
            }
        }
    }

    /**
     * Opens a store or shares it.
     *
     * @param user who uses it, as messages name it
     */
    Store open(Path folder, long storeBytes, String user)
            throws IOException, HeldException, EmbeddedDbms.UnavailableException {
        Key key = Key.of(folder);
        Store store;
        synchronized (stores) {
            store = stores.computeIfAbsent(key, Store::new);
            store.users.add(user);
        }
        boolean opened = false;
        try {
            store.open(storeBytes);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                synchronized (stores) {
                    store.users.remove(user);
                    if (store.users.isEmpty()) {
                        stores.remove(key);
                    }
                }
            }
        }
    }

    /**
     * Closes a store that nobody uses, if it is open.
     *
     * @return who uses it; empty if nobody does
     */
    List<String> close(Path folder) throws IOException {
        Key key = Key.of(folder);
        synchronized (stores) {
            Store store = stores.get(key);
            if (store != null && store.users.isEmpty()) {
                close(store);
            }
            return store == null ? List.of() : List.copyOf(store.users);
        }
    }

    /** Closes stores that nobody uses. */
    public void closeUnused() {
        synchronized (stores) {
            closeUnused(0);
        }
    }

    /** The longest unused, of more than so many. */
    private void closeUnused(int stay) {
        long now = System.nanoTime();
        List<Store> unused =
                stores.values().stream()
                        .filter(store -> store.users.isEmpty())
                        .sorted(Comparator.comparingLong(store -> store.unusedSince - now))
                        .toList();
        unused.subList(0, Math.max(0, unused.size() - stay)).forEach(this::close);
    }

    /** Under the lock: who opens it again must find its folder free. */
    private void close(Store store) {
        stores.remove(store.key);
        store.close();
    }

    /** Closes all; whoever uses one finds it closed. */
    @Override
    public void close() {
        synchronized (stores) {
            List.copyOf(stores.values()).forEach(this::close);
        }
    }
}
