package dev.tablewalk.ingest.synthetic;

/** What a VMA is like beyond its addresses, permissions and file. */
public final class VmaBuilder {
    final long start;
    final long end;
    final String perms;
    String path;
    long pgoff;
    boolean deleted;
    boolean anonymous;

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

    boolean allows(char permission) {
        return perms.indexOf(permission) >= 0;
    }

    @Override
    public String toString() {
        return Long.toHexString(start) + "-" + Long.toHexString(end) + " " + perms + " " + path;
    }
}
