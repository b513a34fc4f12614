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
        boolean pseudo = isRoot && dentry != memory.pointer(mount, mountRoot);
        boolean unlinked = !isRoot && memory.pointer(dentry, hashed) == 0; // d_unlinked()
        String text =
                pseudo
                        ? pseudoPath(dentry, sb)
                        : absolute(dentry, mount) + (unlinked ? " (deleted)" : "");
        return new FoundFile(
                node,
                escaped(text),
                memory.number(node, number),
                String.format("%02x:%02x", dev >>> 20, dev & 0xfffff),
                unlinked || (pseudo && text.endsWith(" (deleted)")));
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

    /** Files that no folder holds name themselves: {@code dentry_operations.d_dname}. */
    private String pseudoPath(long dentry, long sb) {
        String own = nameOf(dentry);
        String type = memory.text(memory.pointer(memory.pointer(sb, fsType), fsName), 32);
        return switch (type) {
            case "anon_inodefs" -> "anon_inode:" + own; // anon_inodefs_dname()
            case "dmabuf" -> "/dmabuf:" + own; // dmabuffs_dname()
            default -> "/" + own + " (deleted)"; // simple_dname()
        };
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
