package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.Optional;

/**
 * The way back from a frame to where it is mapped. Each page of a process names what it belongs to,
 * {@code mapping}, and its place in that, {@code index}; by these the kernel finds all its mappings
 * ({@code mm/rmap.c}), so a mapping that they do not lead back to is none of the kernel's. That of
 * anonymous memory must share its root with the VMA's {@code anon_vma}, and have the VMA's linear
 * index ({@code __page_check_anon_rmap()}); that of a file must be the VMA's file's. Cost: some
 * reads a page.
 */
public final class ReverseMap {
    private static final int BITS_OF_MAPPING = 3;
    private static final int BIT_ANON = 1;
    private static final int TYPE_OF_FILE = 0170000;
    private static final int REGULAR = 0100000;

    private final KernelMemory memory;
    private final Optional<StructPage> page;
    private final long vmemmap;
    private final int pageShift;
    private final Optional<Field> index;
    private final Optional<Field> anonVma;
    private final Optional<Field> anonRoot;
    private final Optional<Field> file;
    private final Optional<Field> fileMapping;
    private final Optional<Field> fileInode;
    private final Optional<Field> inodeMode;

    // Of the VMA that was turned to; zero where it is not known, or nothing can be said.
    private long firstIndex;
    private long start;
    private long root;
    private long mapping;

    /**
     * @param frames tells where {@code struct page} lies
     */
    public ReverseMap(Kernel kernel, Frames frames) {
        memory = kernel.memory();
        page = StructPage.of(kernel.types());
        vmemmap = frames.vmemmap();
        pageShift = kernel.map().format().pageShift();
        index =
                kernel.types()
                        .member(
                                "page",
                                "__folio_index") // "mm: rename page->index to page->__folio_index"
                        .or(() -> kernel.types().member("page", "index"));
        anonVma = kernel.types().member("vm_area_struct", "anon_vma");
        anonRoot = kernel.types().member("anon_vma", "root");
        file = kernel.types().member("vm_area_struct", "vm_file");
        fileMapping = kernel.types().member("file", "f_mapping");
        fileInode = kernel.types().member("file", "f_inode");
        inodeMode = kernel.types().member("inode", "i_mode");
    }

    /**
     * Turns to a VMA, whose pages are asked for next.
     *
     * @param vma address of the {@code vm_area_struct}
     * @param from user virtual address of its first byte
     * @param pgoff index of its first page
     */
    public void turnTo(long vma, long from, long pgoff) {
        start = from;
        firstIndex = pgoff;
        root = 0;
        mapping = 0;
        try {
            long chain = follow(vma, anonVma);
            root = follow(chain, anonRoot);
            long open = follow(vma, file);
            // What is no regular file may hand out pages of another, as a dma-buf does.
            long inode = follow(open, fileInode);
            boolean regular =
                    inode != 0
                            && inodeMode.isPresent()
                            && (memory.number(inode, inodeMode.get()) & TYPE_OF_FILE) == REGULAR;
            mapping = regular ? follow(open, fileMapping) : 0;
        } catch (MemoryFault e) {
            // What is not known is not held against anything.
        }
    }

    private long follow(long struct, Optional<Field> member) {
        return struct == 0 || member.isEmpty() ? 0 : memory.pointer(struct, member.get());
    }

    /**
     * Whether a frame leads back to where the VMA maps it; so does one of which it cannot be told.
     *
     * @param pa physical address of the frame
     * @param va user virtual address, in the VMA
     */
    public boolean leadsBack(long pa, long va) {
        if (page.isEmpty() || index.isEmpty()) {
            return true;
        }
        StructPage struct = page.get();
        long self = vmemmap + (pa >>> pageShift) * struct.size();
        try {
            long head = struct.head(vmemmap, self, memory.u64(self + struct.compound()));
            long owner = memory.pointer(head + struct.mapping());
            boolean known =
                    switch ((int) owner & BITS_OF_MAPPING) {
                        case 0 -> owner != 0 && mapping != 0;
                        case BIT_ANON -> root != 0;
                        default -> false; // KSM, or a driver's
                    };
            if (!known) {
                return true;
            }
            long at = memory.u64(head + index.get().offset()) + (self - head) / struct.size();
            boolean same =
                    (owner & BIT_ANON) == 0
                            ? owner == mapping
                            : follow(owner - BIT_ANON, anonRoot) == root;
            return same && at == firstIndex + ((va - start) >>> pageShift);
        } catch (MemoryFault e) {
            return true;
        }
    }
}
