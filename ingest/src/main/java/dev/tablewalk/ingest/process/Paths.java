package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A {@code struct file}'s path, as {@code d_path()} in {@code fs/d_path.c} builds it. */
final class Paths {
    private static final int MOST_PARTS = 4096;
    private static final int MOST_NAME = 255;

    /** {@code DMA_BUF_NAME_LEN}. */
    private static final int MOST_BUFFER_NAME = 32;

    /**
     * {@code FMODE_BACKING}, at one place or another since commit 62d53c4a1dfe ("fs: use
     * backing_file container"); BTF does not tell which, and other kernels use the other bit for
     * something else. So what the bit promises is checked as well.
     */
    private static final long MAYBE_BACKING = 3L << 24;

    private final KernelMemory memory;
    private final Field path;
    private final Field pathDentry;
    private final Field pathMount;
    private final Field inode;
    private final Field fileMode;
    private final Optional<Field> userPath;
    private final Field parent;
    private final Field name;
    private final Field nameLength;
    private final Field hashed;
    private final Field dentryInode;
    private final Field dentrySuperBlock;
    private final Optional<Field> dentryOperations;
    private final Optional<Field> ownName;
    private final Optional<Field> dentryData;
    private final Optional<Field> bufferName;
    private final Field mountSuperBlock;
    private final Field mountRoot;
    private final Field mountMnt;
    private final Field mountParent;
    private final Field mountpoint;
    private final Field number;
    private final Field superBlock;
    private final Field device;
    private final Field fsType;
    private final Field fsName;
    private final Map<Long, FoundFile> files = new HashMap<>();

    Paths(KernelMemory memory, KernelTypes types) {
        this.memory = memory;
        path = types.orAbsent("file", "f_path", "__f_path");
        pathDentry = types.orAbsent("path", "dentry");
        pathMount = types.orAbsent("path", "mnt");
        inode = types.orAbsent("file", "f_inode");
        fileMode = types.orAbsent("file", "f_mode");
        userPath = types.find("backing_file", "user_path"); // commit def3ae83da02
        parent = types.orAbsent("dentry", "d_parent");
        name = types.orAbsent("dentry", "d_name.name", "__d_name.name");
        nameLength = types.orAbsent("dentry", "d_name.len", "__d_name.len");
        hashed = types.orAbsent("dentry", "d_hash.pprev");
        dentryInode = types.orAbsent("dentry", "d_inode");
        dentrySuperBlock = types.orAbsent("dentry", "d_sb");
        dentryOperations = types.find("dentry", "d_op");
        ownName = types.find("dentry_operations", "d_dname");
        dentryData = types.find("dentry", "d_fsdata");
        bufferName = types.find("dma_buf", "name");
        mountSuperBlock = types.orAbsent("vfsmount", "mnt_sb");
        mountRoot = types.orAbsent("vfsmount", "mnt_root");
        mountMnt = types.orAbsent("mount", "mnt");
        mountParent = types.orAbsent("mount", "mnt_parent");
        mountpoint = types.orAbsent("mount", "mnt_mountpoint");
        number = types.orAbsent("inode", "i_ino");
        superBlock = types.orAbsent("inode", "i_sb");
        device = types.orAbsent("super_block", "s_dev");
        fsType = types.orAbsent("super_block", "s_type");
        fsName = types.orAbsent("file_system_type", "name");
    }

    /**
     * @throws MemoryFault if a part of it cannot be read
     */
    FoundFile of(long file) {
        FoundFile known = files.get(file);
        if (known == null) {
            known = read(file);
            files.put(file, known);
        }
        return known;
    }

    private FoundFile read(long file) {
        long pathAt = file + path.offset();
        long node = memory.pointer(file, inode);
        if (userPath.isPresent()
                && (memory.number(file, fileMode) & MAYBE_BACKING) != 0
                && isPath(file + userPath.get().offset())) {
            // What the user opened on a stacked file system, not what lies below.
            pathAt = file + userPath.get().offset();
            node = memory.pointer(memory.pointer(pathAt, pathDentry), dentryInode);
        }
        long dentry = memory.pointer(pathAt, pathDentry);
        long mount = memory.pointer(pathAt, pathMount);
        long sb = memory.pointer(node, superBlock);
        long dev = memory.number(sb, device);
        boolean isRoot = memory.pointer(dentry, parent) == dentry;
        boolean isMountRoot = isRoot && dentry == memory.pointer(mount, mountRoot);
        long inodeNumber = memory.number(node, number);
        Name shown =
                !isMountRoot && namesItself(dentry, isRoot)
                        ? ownName(dentry, sb, inodeNumber)
                        : new Name(
                                absolute(dentry, mount),
                                !isRoot && memory.pointer(dentry, hashed) == 0); // d_unlinked()
        return new FoundFile(
                node,
                escaped(shown.text() + (shown.deleted() ? " (deleted)" : "")),
                inodeNumber,
                String.format("%02x:%02x", dev >>> 20, dev & 0xfffff),
                shown.deleted());
    }

    /** A name as it is printed, without the word that follows it where the file was deleted. */
    private record Name(String text, boolean deleted) {}

    /** Whether there is a {@code dentry_operations.d_dname}; a kernel's BTF may not describe it. */
    private boolean namesItself(long dentry, boolean isRoot) {
        if (dentryOperations.isEmpty() || ownName.isEmpty()) {
            return isRoot; // no folder holds it
        }
        long operations = memory.pointer(dentry, dentryOperations.get());
        return operations != 0 && memory.pointer(operations, ownName.get()) != 0;
    }

    /** Whether there is a {@code struct path}: a mount, and an entry of the same file system. */
    private boolean isPath(long at) {
        try {
            long sb = memory.pointer(memory.pointer(at, pathMount), mountSuperBlock);
            return sb != 0
                    && sb == memory.pointer(memory.pointer(at, pathDentry), dentrySuperBlock);
        } catch (MemoryFault e) {
            return false;
        }
    }

    /** {@code seq_file_path(m, file, "\n")}. */
    private static String escaped(String text) {
        return text.replace("\n", "\\012");
    }

    /**
     * Files that no folder holds name themselves: {@code dentry_operations.d_dname}. These three
     * file systems have a function of their own, among those whose files can be mapped (those of
     * pipefs, nsfs and pidfs cannot); {@code alloc_file_pseudo()} gives all others one that calls
     * them deleted: shared memory, memfd, hugetlb, secretmem, the rings of aio.
     */
    private Name ownName(long dentry, long sb, long inodeNumber) {
        String own = nameOf(dentry);
        String type = memory.text(memory.pointer(memory.pointer(sb, fsType), fsName), 32);
        return switch (type) {
            case "anon_inodefs" -> new Name("anon_inode:" + own, false); // anon_inodefs_dname()
            case "sockfs" -> new Name("socket:[" + inodeNumber + "]", false); // sockfs_dname()
            case "dmabuf" -> // dmabuffs_dname()
                    new Name("/" + own + ":" + bufferName(dentry), false);
            default -> new Name("/" + own, true); // simple_dname()
        };
    }

    /** What a process called a {@code dma_buf}: DMA_BUF_SET_NAME. */
    private String bufferName(long dentry) {
        if (dentryData.isEmpty() || bufferName.isEmpty()) {
            return "";
        }
        long buffer = memory.pointer(dentry, dentryData.get());
        long given = buffer == 0 ? 0 : memory.pointer(buffer, bufferName.get());
        return given == 0 ? "" : memory.text(given, MOST_BUFFER_NAME - 1);
    }

    /** {@code prepend_path()}: up to the root of each mount, then on from where it is mounted. */
    private String absolute(long dentryStart, long mountStart) {
        Deque<String> parts = new ArrayDeque<>();
        Set<Long> seen = new HashSet<>();
        long dentry = dentryStart;
        long mount = mountStart;
        while (parts.size() < MOST_PARTS) {
            if (dentry == memory.pointer(mount, mountRoot)) {
                long outer = mount - mountMnt.offset();
                long above = memory.pointer(outer, mountParent);
                if (above == outer || !seen.add(outer)) {
                    break;
                }
                dentry = memory.pointer(outer, mountpoint);
                mount = above + mountMnt.offset();
                continue;
            }
            long up = memory.pointer(dentry, parent);
            if (up == dentry || !seen.add(dentry)) {
                break;
            }
            parts.push(nameOf(dentry));
            dentry = up;
        }
        return "/" + String.join("/", parts);
    }

    private String nameOf(long dentry) {
        int length = (int) Math.min(MOST_NAME, memory.number(dentry, nameLength));
        byte[] text = memory.bytes(memory.pointer(dentry, name), length);
        return new String(text, StandardCharsets.UTF_8);
    }
}
