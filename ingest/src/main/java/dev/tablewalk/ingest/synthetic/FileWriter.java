package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.GuestImageBuilder.Mount;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what a {@code vm_file} leads to: file, dentries up to the file system's root, mounts up to
 * the first, inodes and super blocks. An unlinked file's dentry is not hashed: {@code d_hash.pprev}
 * is null ({@code d_unhashed} in {@code linux/dcache.h}).
 */
final class FileWriter {
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFREG = 0x8000;
    private static final int INLINE_NAME = 32;

    private final KernelMemory memory;
    private final KernelHeap heap;
    private final KernelImage image;
    private final Map<String, Mounted> mounts = new HashMap<>();
    private final Map<String, Mounted> internal = new HashMap<>();
    private final Map<String, Entry> dentries = new HashMap<>();
    private long nextInode = 1000;
    private long nextMountId = 20;

    /** Addresses of a mount and of its file system's super block and root dentry. */
    private record Mounted(
            String path, String type, KernelStruct mount, long superBlock, long root) {}

    /** A dentry's address, and its inode's address and number. */
    private record Entry(long dentry, long inode, long number) {}

    /**
     * Addresses of a {@code struct file} and of its inode's {@code address_space}, and the inode's
     * number.
     *
     * @param inMemory whether its pages are swap's to keep, as those of tmpfs are
     */
    record Opened(long file, long mapping, long number, boolean inMemory) {}

    /** A file that no folder holds: {@code alloc_file_pseudo()}. */
    record Pseudo(String type, String name, String given) {}

    FileWriter(KernelMemory memory, KernelHeap heap, KernelImage image, List<Mount> mounted) {
        this.memory = memory;
        this.heap = heap;
        this.image = image;
        mounted.forEach(this::mount);
    }

    private void mount(Mount wanted) {
        Mounted made = newMount(wanted);
        if (!wanted.path().equals("/")) {
            Mounted parent = mountOf(wanted.path());
            made.mount().set("mnt_parent", parent.mount().va());
            made.mount().set("mnt_mountpoint", directory(parent, wanted.path()));
        }
        mounts.put(wanted.path(), made);
    }

    private Mounted newMount(Mount wanted) {
        KernelStruct type = heap.struct("file_system_type").set("name", heap.string(wanted.type()));
        KernelStruct superBlock =
                heap.struct("super_block")
                        .set("s_dev", wanted.device())
                        .set("s_type", type.va())
                        .text("s_id", wanted.type());
        KernelStruct root = heap.struct("dentry");
        long inode = inode(superBlock.va(), S_IFDIR, nextInode++);
        name(root, "/");
        root.set("d_parent", root.va()).set("d_inode", inode).set("d_sb", superBlock.va());
        superBlock.set("s_root", root.va());
        KernelStruct mount = heap.struct("mount");
        mount.set("mnt.mnt_root", root.va())
                .set("mnt.mnt_sb", superBlock.va())
                .set("mnt_devname", heap.string(wanted.type()))
                .set("mnt_id", nextMountId++)
                .set("mnt_parent", mount.va())
                .set("mnt_mountpoint", root.va());
        return new Mounted(wanted.path(), wanted.type(), mount, superBlock.va(), root.va());
    }

    /** Writes a {@code fs_struct} whose root and working directory are the first mount's root. */
    void fsStruct(KernelStruct at) {
        Mounted root = mountOf("/");
        at.set("users", 1)
                .set("root.mnt", root.mount().at("mnt"))
                .set("root.dentry", root.root())
                .set("pwd.mnt", root.mount().at("mnt"))
                .set("pwd.dentry", root.root());
    }

    /** Opens a file, whose inode is the same each time unless it was deleted in between. */
    Opened open(String path, boolean deleted) {
        Mounted mounted = mountOf(path);
        Entry entry = dentries.get(path + (deleted ? " (deleted)" : ""));
        if (entry == null) {
            int slash = path.lastIndexOf('/');
            long parent = directory(mounted, path.substring(0, slash));
            entry = dentry(mounted, parent, path.substring(slash + 1), S_IFREG, deleted);
            dentries.put(path + (deleted ? " (deleted)" : ""), entry);
        }
        boolean inMemory = mounted.type().equals("tmpfs") || path.startsWith("/memfd:");
        return open(mounted, entry, inMemory);
    }

    private Opened open(Mounted mounted, Entry entry, boolean inMemory) {
        long mapping = memory.struct("inode", entry.inode()).at("i_data");
        KernelStruct file =
                heap.struct("file")
                        .set("f_inode", entry.inode())
                        .set("f_mapping", mapping)
                        .set("f_path.mnt", mounted.mount().at("mnt"))
                        .set("f_path.dentry", entry.dentry());
        return new Opened(file.va(), mapping, entry.number(), inMemory);
    }

    /** Opens one that no folder holds, in the internal mount of its file system. */
    Opened open(Pseudo wanted) {
        Mounted mounted =
                internal.computeIfAbsent(
                        wanted.type(), type -> newMount(new Mount("/", type, 0x10)));
        KernelStruct dentry = heap.struct("dentry");
        long number = nextInode++;
        long inode = inode(mounted.superBlock(), 0, number);
        name(dentry, wanted.name());
        dentry.set("d_parent", dentry.va()).set("d_inode", inode).set("d_sb", mounted.superBlock());
        dentry.set("d_op", image.symbol("anon_ops"));
        if (!wanted.given().isEmpty()) {
            KernelStruct buffer = heap.struct("dma_buf");
            buffer.set("name", heap.string(wanted.given()));
            dentry.set("d_fsdata", buffer.va());
        }
        return open(mounted, new Entry(dentry.va(), inode, number), false);
    }

    /** The {@code address_space} of shared memory that no file was opened for. */
    long sharedMemory() {
        KernelStruct inode = memory.struct("inode", inode(mountOf("/").superBlock(), S_IFREG, 0));
        return inode.at("i_data");
    }

    /** The mount with the longest path that this one begins with. */
    private Mounted mountOf(String path) {
        Mounted best = null;
        for (Mounted each : mounts.values()) {
            boolean inside = each.path().equals("/") || path.startsWith(each.path() + "/");
            if (inside && (best == null || each.path().length() > best.path().length())) {
                best = each;
            }
        }
        if (best == null || !path.startsWith("/")) {
            throw new IllegalArgumentException("not a path: " + path);
        }
        return best;
    }

    private long directory(Mounted mounted, String path) {
        if (path.isEmpty() || path.equals(mounted.path())) {
            return mounted.root();
        }
        Entry known = dentries.get(path);
        if (known == null) {
            int slash = path.lastIndexOf('/');
            long parent = directory(mounted, path.substring(0, slash));
            known = dentry(mounted, parent, path.substring(slash + 1), S_IFDIR, false);
            dentries.put(path, known);
        }
        return known.dentry();
    }

    private Entry dentry(Mounted in, long parent, String name, int mode, boolean deleted) {
        KernelStruct dentry = heap.struct("dentry");
        long number = nextInode++;
        long inode = inode(in.superBlock(), mode, number);
        dentry.set("d_parent", parent).set("d_inode", inode).set("d_sb", in.superBlock());
        if (!deleted) {
            long bucket = heap.allocate(8, 8);
            memory.putU64(bucket, dentry.at("d_hash"));
            dentry.set("d_hash.pprev", bucket);
        }
        name(dentry, name);
        return new Entry(dentry.va(), inode, number);
    }

    /** Short names stand in the dentry; long ones, outside. */
    private void name(KernelStruct dentry, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean inline = bytes.length < INLINE_NAME;
        long at = inline ? dentry.at("d_iname") : heap.string(name);
        memory.putString(at, name);
        dentry.set("d_name.name", at).set("d_name.len", bytes.length);
    }

    private long inode(long superBlock, int mode, long number) {
        KernelStruct inode = heap.struct("inode");
        return inode.set("i_mode", mode | 0x1ed)
                .set("i_sb", superBlock)
                .set("i_ino", number)
                .set("__i_nlink", 1)
                .set("i_mapping", inode.at("i_data"))
                .set("i_data.host", inode.va())
                .va();
    }
}
