package dev.tablewalk.ingest.process;

import org.jspecify.annotations.Nullable;

/**
 * A {@code vm_area_struct}.
 *
 * @param start user virtual address
 * @param end user virtual address behind it
 * @param flags the {@code VM_} bits
 * @param pageProt {@code vm_page_prot}, in the architecture's terms
 * @param pgoff pages from the file's start
 * @param name the last column of {@code /proc/PID/maps}
 * @param backing who fills it with pages
 * @param file what it maps, or null
 */
public record FoundVma(
        long address,
        long start,
        long end,
        long flags,
        long pageProt,
        long pgoff,
        String name,
        Backing backing,
        @Nullable FoundFile file) {
    private static final int VM_READ = 1;
    private static final int VM_WRITE = 2;
    private static final int VM_EXEC = 4;
    private static final int VM_MAYSHARE = 0x80;
    private static final int VM_PFNMAP = 0x400;
    private static final int VM_IO = 0x4000;
    private static final int VM_HUGETLB = 0x400000;
    private static final int VM_MIXEDMAP = 0x10000000;

    /** As {@code /proc/PID/maps} prints them: {@code show_vma_header_prefix()}. */
    public String perms() {
        return ((flags & VM_READ) != 0 ? "r" : "-")
                + ((flags & VM_WRITE) != 0 ? "w" : "-")
                + ((flags & VM_EXEC) != 0 ? "x" : "-")
                + ((flags & VM_MAYSHARE) != 0 ? "s" : "p");
    }

    /** Whether it allows nothing: then {@link #pageProt} is the kernel's PROT_NONE. */
    public boolean noAccess() {
        return (flags & (VM_READ | VM_WRITE | VM_EXEC)) == 0;
    }

    /** Whether a driver may have put pages there of which no file and no {@code anon_vma} knows. */
    public boolean filledByDriver() {
        return (flags & (VM_PFNMAP | VM_IO | VM_MIXEDMAP)) != 0;
    }

    /** Whether it is of anonymous memory: {@code vma_is_anonymous()}. */
    public boolean anonymous() {
        return backing == Backing.ANONYMOUS;
    }

    /** Whether its pages are of hugetlbfs, which are counted nowhere in the {@code mm_struct}. */
    public boolean hugetlb() {
        return (flags & VM_HUGETLB) != 0;
    }
}
