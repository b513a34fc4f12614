package dev.tablewalk.cypher.picture;

/**
 * What a frame is used for. Where a checkpoint does not have the kernel's own word on that, {@link
 * #USER} and {@link #KERNEL} tell who maps it. Of kinds with as many frames in one place the later
 * one is shown.
 */
public enum FrameKind {
    /** No page table maps it. */
    UNMAPPED("not mapped"),
    FREE("free"),
    BUDDY("free, in the buddy allocator"),
    RESERVED("reserved"),
    OTHER("other"),
    KERNEL("mapped by the kernel only"),
    SLAB("slab"),
    FILE("file pages"),
    SHMEM("shared memory"),
    USER("mapped by processes"),
    ANON("anonymous memory"),
    TABLE("page tables");

    private final String words;

    FrameKind(String words) {
        this.words = words;
    }

    /** For a legend. */
    public String words() {
        return words;
    }
}
