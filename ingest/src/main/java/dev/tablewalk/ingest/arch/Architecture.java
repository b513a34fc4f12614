package dev.tablewalk.ingest.arch;

import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** What has to be known of a processor architecture beyond its descriptors. */
public interface Architecture {
    /** As {@code uname -m} prints it. */
    String name();

    /**
     * What the kernel's own description allows its page tables to look like, likeliest first; each
     * is to be proved. Empty if the description is not of this architecture.
     */
    List<KernelMap> propose(Vmcoreinfo info);

    /** Every layout of page tables that its kernels have, deepest first. */
    List<PageTableFormat> formats();

    /** Virtual address behind the linear map of a kernel with such tables. */
    long linearEnd(PageTableFormat format);

    /**
     * What {@code VMCOREINFO} would say of the map, for {@link #propose} to read.
     *
     * @param imageOffset virtual minus physical address of the kernel image
     * @param linearOffset virtual minus physical address of the linear map
     * @param inImage whether the kernel's image holds such a word: what it has configured shows in
     *     its variables
     * @return lines by key
     */
    Map<String, String> describe(
            PageTableFormat format, long imageOffset, long linearOffset, LongPredicate inImage);

    /**
     * Where Linux lays out further roots beside the kernel's own, for kernels whose symbol table
     * has no data: to be judged by their content, the first that fits for each symbol.
     */
    List<RootCandidate> rootsBeside(KernelMap map);

    /**
     * The format with its memory types told apart, and how the kernel maps what is its own.
     *
     * @param imageLeaf a descriptor that maps the kernel's image, which is normal memory
     */
    PageTableFormat learnKernelLeaves(PageTableFormat format, long imageLeaf);

    /**
     * The format with the kernel's own layout of entries that are not valid.
     *
     * @param noAccess {@code vm_page_prot} of VMAs that allow nothing: the kernel's own PROT_NONE
     * @param entries of user tables, some of which are not valid, for where no such VMA exists
     */
    PageTableFormat learnNonPresent(
            PageTableFormat format, TypeInfo types, LongStream noAccess, LongStream entries);

    /** The symbols under which kernels keep further root tables, and the kind of each. */
    Map<String, RootKind> rootSymbols();

    /** First virtual address of a tree of that kind. */
    long firstVa(PageTableFormat format, RootKind kind);

    /**
     * Where {@code struct page} of PFN 0 lies or would lie, likeliest first; each is to be proved.
     *
     * @param size of {@code struct page}, bytes
     * @return kernel virtual addresses
     */
    LongStream vmemmap(Vmcoreinfo info, KernelMap map, int size);

    /**
     * The registers by which a processor translates for the kernel, and where it is in its code, of
     * those that are known, in the order in which they are shown.
     *
     * @param all by the names of the architecture's manual, in small letters
     */
    Map<String, Long> kernelRegisters(Map<String, Long> all);

    /** Those of the {@link #kernelRegisters} that point to root tables, by {@link #tableBase}. */
    List<String> rootRegisters();

    /**
     * Whether a processor translates addresses, as far as its registers tell. One that was never
     * started, or was taken down, does not, and what its other registers hold means nothing.
     *
     * @param all registers, by the names of the architecture's manual, in small letters
     */
    boolean translates(Map<String, Long> all);

    /** Where a processor is in its code; empty if its registers do not tell. */
    OptionalLong instruction(Map<String, Long> all);

    /** Where the stack that a processor is on ends; empty if its registers do not tell. */
    OptionalLong stack(Map<String, Long> all);

    /**
     * The table by which a processor translates the kernel's addresses.
     *
     * @param all registers, by the names of the architecture's manual, in small letters
     * @return its physical address; empty if the registers do not tell, or may be another's than
     *     the kernel's of this machine
     */
    OptionalLong kernelRoot(PageTableFormat format, Map<String, Long> all);

    /** The physical address of the table that a register of translation tables points to. */
    long tableBase(PageTableFormat format, long register);

    /**
     * The first virtual address kept for {@code struct page}.
     *
     * @param base one that {@link #vmemmap} gave
     * @param size of {@code struct page}, bytes
     */
    long vmemmapStart(long base, KernelMap map, int size);

    /**
     * Bytes of {@code struct page} of all that the linear map has room for.
     *
     * @param size of {@code struct page}, bytes
     */
    long vmemmapSize(KernelMap map, int size);

    /** A place where a root table may lie. */
    record RootCandidate(String symbol, long va, RootKind kind) {}
}
