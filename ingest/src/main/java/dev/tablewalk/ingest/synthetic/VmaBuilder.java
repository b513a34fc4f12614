package dev.tablewalk.ingest.synthetic;

import org.jspecify.annotations.Nullable;

/** What a VMA is like beyond its addresses, permissions and file. */
public final class VmaBuilder {
    final long start;
    final long end;
    final String perms;
    String path;
    long pgoff;
    boolean deleted;
    boolean anonymous;
    boolean driver;
    boolean pfnMap;
    FileWriter.@Nullable Pseudo pseudo;

    VmaBuilder(long start, long end, String perms, String path) {
        this.start = start;
        this.end = end;
        this.perms = perms;
        this.path = path;
        this.anonymous = path.isEmpty() && !allows('s');
        if (start < 0 || start >= end || !perms.matches("[r-][w-][x-][ps]")) {
            throw new IllegalArgumentException("no VMA: " + this);
        }
    }

    /** The file's part that is mapped begins so many pages from its start. */
    public VmaBuilder pgoff(long pages) {
        pgoff = pages;
        return this;
    }

    /** The file was unlinked; another file of that name is not the same. */
    public VmaBuilder deleted() {
        deleted = true;
        return this;
    }

    /** A private mapping whose file has the kernel take it for anonymous: {@code /dev/zero}. */
    public VmaBuilder anonymous() {
        anonymous = true;
        return this;
    }

    /** The file is a device's: its driver fills the VMA with pages. */
    public VmaBuilder driver() {
        driver = true;
        return this;
    }

    /** Its entries are special, which the kernel counts no mappings by: {@code VM_PFNMAP}. */
    public VmaBuilder pfnMap() {
        pfnMap = true;
        return this;
    }

    /**
     * The file is one that no folder holds, and the VMA is filled by a driver; the VMA's path is
     * what {@code /proc/PID/maps} prints, with {@code [INO]} for the inode's number.
     *
     * @param type of its file system
     * @param name of its dentry
     * @param given name of the buffer, of {@code dmabuf} alone; otherwise empty
     */
    public VmaBuilder pseudo(String type, String name, String given) {
        pseudo = new FileWriter.Pseudo(type, name, given);
        return driver();
    }

    boolean allows(char permission) {
        return perms.indexOf(permission) >= 0;
    }

    @Override
    public String toString() {
        return Long.toHexString(start) + "-" + Long.toHexString(end) + " " + perms + " " + path;
    }
}
