package dev.tablewalk.ingest.arch;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What has to be known of a processor architecture beyond its descriptors. */
public interface Architecture {
    /** As {@code uname -m} prints it. */
    String name();

    /** How files and debuggers tell what its registers hold. */
    RegisterFormats registerFormats();

    /**
     * What the kernel's own description allows its page tables to look like, likeliest first; each
     * is to be proved. Empty if the description is not of this architecture. Where it does not tell
     * where the linear map begins, that has no offset, and ends where it may end at most.
     */
    List<KernelMap> propose(Vmcoreinfo info);

    /**
     * Regions of the kernel's address space that its description does not tell of.
     *
     * @param word the 8 bytes under a symbol of the kernel's, if they are known
     */
    default List<GraphNode.Region> regions(
            Vmcoreinfo info, PageTableFormat format, Function<String, OptionalLong> word) {
        return List.of();
    }

    /**
     * The root by which a process runs while it executes its own code, where that is another than
     * the one by which the kernel serves it: it leaves out the kernel but for how it is entered. In
     * the root that {@code mm_struct} tells of nothing of a process can be executed then.
     *
     * @param root physical address of the kernel's root, or of a process's
     * @return its physical address; empty if there is but one
     */
    default OptionalLong userRoot(KernelMap map, PhysicalMemory memory, long root) {
        return OptionalLong.empty();
    }

    /** What the kernel calls its own root table. */
    String rootSymbol();

    /** The symbols that this asks for. */
    Set<String> symbols();

    /**
     * How RAM may lie in a file that does not tell, if not in one run; likeliest first, each is to
     * be proved. Cost: may read all of the file.
     *
     * @param file the image as if RAM began at 0
     * @param size bytes of the image
     */
    default Stream<List<RamRange>> layouts(PhysicalMemory file, long size) {
        return Stream.of();
    }

    /**
     * What {@code VMCOREINFO} would say of where the kernel has what: its regions, and how far
     * KASLR moved its image.
     *
     * @param text virtual address of {@code _text}
     * @param vmallocs what the kernel lists for {@code /proc/kcore} as {@code KCORE_VMALLOC}:
     *     vmalloc's own region, and that of modules, if they have one
     * @return lines by key
     */
    Map<String, String> describe(KernelMap map, long text, List<AddressRange> vmallocs);

    /** Every layout of page tables that its kernels have, deepest first. */
    List<PageTableFormat> formats();

    /** Virtual address behind the linear map of a kernel with such tables, at most. */
    long linearEnd(PageTableFormat format);

    /**
     * The same of a kernel whose description does not tell where its linear map begins.
     *
     * @param start virtual address of its first byte
     * @param top physical address behind RAM
     */
    default long linearEnd(KernelMap map, long start, long top) {
        return map.linearEnd();
    }

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

    /** The symbols of pointers to address spaces of the kernel's own, beside {@code efi_mm}. */
    default List<String> mmPointers() {
        return List.of();
    }

    /**
     * Further roots, whose physical address is in a variable of the kernel's.
     *
     * @param pointer what a pointer of the kernel's points to, by its symbol and then a member of
     *     the struct; empty if that is not known
     */
    default List<PhysicalRoot> rootsIn(BiFunction<String, String, OptionalLong> pointer) {
        return List.of();
    }

    /** First virtual address of a tree of that kind. */
    long firstVa(PageTableFormat format, RootKind kind);

    /**
     * Where {@code struct page} of PFN 0 lies or would lie, likeliest first; each is to be proved.
     *
     * @param size of {@code struct page}, bytes
     * @param word the 8 bytes under a symbol of the kernel's, if they are known
     * @return kernel virtual addresses
     */
    LongStream vmemmap(
            Vmcoreinfo info, KernelMap map, int size, Function<String, OptionalLong> word);

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
     * @return physical addresses, of which one is it; none if the registers do not tell, or may be
     *     another's than the kernel's of this machine
     */
    LongStream kernelRoots(PageTableFormat format, Map<String, Long> all);

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

    /**
     * A root table.
     *
     * @param symbol by which it is found
     * @param pa physical address
     */
    record PhysicalRoot(String symbol, long pa, RootKind kind) {}

    /** A place where a root table may lie. */
    record RootCandidate(String symbol, long va, RootKind kind) {}
}
