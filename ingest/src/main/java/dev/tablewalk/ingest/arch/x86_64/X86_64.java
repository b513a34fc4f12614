package dev.tablewalk.ingest.arch.x86_64;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.arch.AddressRange;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Linux on x86-64: {@code Documentation/arch/x86/x86_64/mm.rst} and {@code
 * arch/x86/kernel/vmcore_info_64.c}.
 */
public final class X86_64 implements Architecture {
    private static final RegisterFormats REGISTERS = new X86Registers();

    /** {@code __START_KERNEL_map}: where the image would lie if its PA were 0. */
    private static final long START_KERNEL_MAP = 0xffff_ffff_8000_0000L;

    /** Where the image lies at least, physically; its default. */
    private static final long PHYSICAL_START = 0x100_0000;

    /** {@code CPU_ENTRY_AREA_BASE}: the lowest of what has its place behind the linear map. */
    private static final long CPU_ENTRY_AREA = -2L << 40;

    /** log2 of its size, bytes: an entry of a root of four levels. */
    private static final int ENTRY_AREA_SHIFT = 39;

    /** {@code ESPFIX_BASE_ADDR}: arch/x86/kernel/espfix_64.c. */
    private static final long ESPFIX = -1L << 40;

    /** {@code VMALLOC_SIZE_TB_L4} and {@code VMALLOC_SIZE_TB_L5}. */
    private static final long VMALLOC_TIB_L4 = 32;

    private static final long VMALLOC_TIB_L5 = 12_800;

    private static final long MODULES_END = 0xffff_ffff_ff00_0000L;

    /** {@code VSYSCALL_ADDR}: arch/x86/include/uapi/asm/vsyscall.h. */
    private static final long VSYSCALL = -10L << 20;

    /** {@code LDT_PGD_ENTRY}: arch/x86/include/asm/pgtable_64_types.h. */
    private static final long LDT_SLOT = -240;

    /** {@code __VMEMMAP_BASE_L4} and {@code __VMEMMAP_BASE_L5}: where it lies without KASLR. */
    private static final long VMEMMAP_L4 = 0xffff_ea00_0000_0000L;

    private static final long VMEMMAP_L5 = 0xffd4_0000_0000_0000L;

    private static final long LINEAR_STEP = 1L << 40;

    private static final int FOUR_LEVELS = 48;
    private static final int FIVE_LEVELS = 57;

    /** Of {@code CR0}: paging. */
    private static final long PG = 1L << 31;

    /** Address of a root table in {@code CR3}; below it flags, or a PCID. */
    private static final long CR3_BASE = 0x000f_ffff_ffff_f000L;

    @Override
    public String name() {
        return "x86_64";
    }

    /**
     * Modules follow the image, which was linked at {@code __START_KERNEL}: by the {@code
     * CONFIG_PHYSICAL_START} that nearly all kernels have.
     */
    @Override
    public Map<String, String> describe(KernelMap map, long text, List<AddressRange> vmallocs) {
        Map<String, String> lines = new HashMap<>();
        lines.put("KERNELOFFSET", Long.toHexString(text - START_KERNEL_MAP - PHYSICAL_START));
        vmallocs.stream()
                .filter(range -> range.start() > text)
                .findFirst()
                .ifPresent(
                        modules ->
                                lines.put(
                                        "NUMBER(KERNEL_IMAGE_SIZE)",
                                        Long.toString(modules.start() - START_KERNEL_MAP)));
        return lines;
    }

    @Override
    public RegisterFormats registerFormats() {
        return REGISTERS;
    }

    @Override
    public String rootSymbol() {
        return "init_top_pgt";
    }

    @Override
    public Set<String> symbols() {
        return Set.of(
                rootSymbol(),
                "poking_mm",
                "text_poke_mm",
                "real_mode_header",
                "vmemmap_base",
                "vmalloc_base",
                // Another name of the root's, where kallsyms has it.
                "swapper_pg_dir");
    }

    /**
     * {@code phys_base} tells where the image lies, and is negative where that is below its link
     * address. Where the linear map begins is not told: the kernel chooses it anew each time.
     */
    @Override
    public List<KernelMap> propose(Vmcoreinfo info) {
        OptionalLong root = info.symbol("swapper_pg_dir");
        OptionalLong text = info.symbol("_stext");
        OptionalLong physBase = info.number("phys_base");
        if (root.isEmpty()
                || text.isEmpty()
                || physBase.isEmpty()
                || info.pageSize().orElse(0) != 1 << X86Format.PAGE_SHIFT) {
            return List.of();
        }
        OptionalLong five = info.number("pgtable_l5_enabled");
        long encrypted = info.number("sme_mask").orElse(0);
        long imageOffset = START_KERNEL_MAP - physBase.getAsLong();
        List<KernelMap> maps = new ArrayList<>();
        for (int vaBits : new int[] {FIVE_LEVELS, FOUR_LEVELS}) {
            if (five.isEmpty() || (five.getAsLong() != 0) == (vaBits == FIVE_LEVELS)) {
                maps.add(
                        new KernelMap(
                                new X86Format(vaBits).withSmeMask(encrypted),
                                root.getAsLong(),
                                root.getAsLong() - imageOffset,
                                imageOffset,
                                text.getAsLong(),
                                0,
                                info.number("VMALLOC_START").orElse(CPU_ENTRY_AREA),
                                0));
            }
        }
        return maps;
    }

    /** A kernel that can use five levels has an image by which four translate as well. */
    @Override
    public List<PageTableFormat> formats() {
        return List.of(new X86Format(FIVE_LEVELS), new X86Format(FOUR_LEVELS));
    }

    @Override
    public long linearEnd(PageTableFormat format) {
        return CPU_ENTRY_AREA;
    }

    /** It has room for all RAM at boot, in steps of {@code TB_SHIFT}: arch/x86/mm/kaslr.c. */
    @Override
    public long linearEnd(KernelMap map, long start, long top) {
        long room = Math.ceilDiv(top, LINEAR_STEP) * LINEAR_STEP;
        return Math.min(map.linearEnd(), start + room);
    }

    @Override
    public Stream<List<RamRange>> layouts(PhysicalMemory file, long size) {
        return BootParams.layouts(file, size);
    }

    @Override
    public Map<String, String> describe(
            PageTableFormat format, long imageOffset, long linearOffset, LongPredicate inImage) {
        return Map.of(
                "PAGESIZE", Long.toString(format.pageSize()),
                "NUMBER(phys_base)", Long.toString(START_KERNEL_MAP - imageOffset),
                "NUMBER(pgtable_l5_enabled)", format.vaBits() == FIVE_LEVELS ? "1" : "0");
    }

    @Override
    public List<RootCandidate> rootsBeside(KernelMap map) {
        return List.of();
    }

    @Override
    public Map<String, RootKind> rootSymbols() {
        return Map.of();
    }

    /**
     * Page-table isolation: behind each root lies a second one. Both lead to the same table of
     * cpu_entry_area, by which the kernel is entered: {@code pti_clone_user_shared()},
     * arch/x86/mm/pti.c.
     */
    @Override
    public OptionalLong userRoot(KernelMap map, PhysicalMemory memory, long root) {
        long users = root + map.format().pageSize();
        return isEntryAreaShared(map, memory) ? OptionalLong.of(users) : OptionalLong.empty();
    }

    private static boolean isEntryAreaShared(KernelMap map, PhysicalMemory memory) {
        PageTableFormat format = map.format();
        long kernels = map.rootPa();
        long users = kernels + format.pageSize();
        for (int level = 0; level < format.levels(); level++) {
            long at = 8 * (CPU_ENTRY_AREA >>> format.shift(level) & format.entries(level) - 1);
            if (!memory.contains(kernels + at, 8) || !memory.contains(users + at, 8)) {
                return false;
            }
            long ofKernel = memory.u64(kernels + at);
            long ofUser = memory.u64(users + at);
            if (format.kind(ofKernel, level) != EntryKind.TABLE
                    || format.kind(ofUser, level) != EntryKind.TABLE) {
                return false;
            }
            if (format.shift(level) == ENTRY_AREA_SHIFT) {
                return ofKernel == ofUser;
            }
            kernels = format.address(ofKernel, level);
            users = format.address(ofUser, level);
        }
        return false;
    }

    /** {@code poking_mm}, from 6.14 on {@code text_poke_mm}: arch/x86/kernel/alternative.c. */
    @Override
    public List<String> mmPointers() {
        return List.of("poking_mm", "text_poke_mm");
    }

    /** By which processors are started: arch/x86/realmode/init.c. */
    @Override
    public List<PhysicalRoot> rootsIn(BiFunction<String, String, OptionalLong> pointer) {
        OptionalLong trampoline = pointer.apply("real_mode_header", "trampoline_pgd");
        return trampoline.isPresent()
                ? List.of(
                        new PhysicalRoot("trampoline_pgd", trampoline.getAsLong(), RootKind.ALIAS))
                : List.of();
    }

    /** {@code Documentation/arch/x86/x86_64/mm.rst}. */
    @Override
    public List<GraphNode.Region> regions(
            Vmcoreinfo info, PageTableFormat format, Function<String, OptionalLong> word) {
        List<GraphNode.Region> regions = new ArrayList<>();
        OptionalLong vmalloc = word.apply("vmalloc_base");
        if (vmalloc.isPresent() && format.isKernel(vmalloc.getAsLong())) {
            long start = vmalloc.getAsLong();
            boolean five = format.vaBits() == FIVE_LEVELS;
            long end = start + ((five ? VMALLOC_TIB_L5 : VMALLOC_TIB_L4) << 40);
            regions.add(new GraphNode.Region("vmalloc", start, end));
        }
        OptionalLong image = info.number("KERNEL_IMAGE_SIZE");
        if (image.isPresent() && image.getAsLong() > 0 && image.getAsLong() <= 1L << 30) {
            long start = START_KERNEL_MAP + image.getAsLong();
            regions.add(new GraphNode.Region("modules", start, MODULES_END));
        }
        regions.add(region("ldt", LDT_SLOT << format.shift(0), format.shift(0)));
        regions.add(region("cpu_entry_area", CPU_ENTRY_AREA, ENTRY_AREA_SHIFT));
        regions.add(region("espfix", ESPFIX, ENTRY_AREA_SHIFT));
        regions.add(
                new GraphNode.Region(
                        "vsyscall", VSYSCALL, VSYSCALL + (1L << X86Format.PAGE_SHIFT)));
        return regions;
    }

    private static GraphNode.Region region(String name, long start, int shift) {
        return new GraphNode.Region(name, start, start + (1L << shift), true);
    }

    @Override
    public long firstVa(PageTableFormat format, RootKind kind) {
        return kind == RootKind.KERNEL ? -1L << format.vaBits() : 0;
    }

    @Override
    public PageTableFormat learnKernelLeaves(PageTableFormat format, long imageLeaf) {
        return format;
    }

    @Override
    public PageTableFormat learnNonPresent(
            PageTableFormat format, TypeInfo types, LongStream noAccess, LongStream entries) {
        return format;
    }

    /** {@code vmemmap}, which is the place of PFN 0 here, and is chosen anew each time. */
    @Override
    public LongStream vmemmap(
            Vmcoreinfo info, KernelMap map, int size, Function<String, OptionalLong> word) {
        boolean five = map.format().vaBits() == FIVE_LEVELS;
        LongStream told =
                LongStream.concat(
                        info.symbol("vmemmap").stream(), word.apply("vmemmap_base").stream());
        return LongStream.concat(told, LongStream.of(five ? VMEMMAP_L5 : VMEMMAP_L4)).distinct();
    }

    @Override
    public long vmemmapStart(long base, KernelMap map, int size) {
        return base;
    }

    /** For as much as an address can say: {@code MAX_PHYSMEM_BITS}. */
    @Override
    public long vmemmapSize(KernelMap map, int size) {
        int bits = map.format().vaBits() == FIVE_LEVELS ? 52 : 46;
        return (1L << (bits - X86Format.PAGE_SHIFT)) * size;
    }

    @Override
    public Map<String, Long> kernelRegisters(Map<String, Long> all) {
        Map<String, Long> kernels = new LinkedHashMap<>();
        for (String name :
                List.of("cr0", "cr3", "cr4", "efer", "gs_base", "kernel_gs_base", "rip", "rsp")) {
            Long value = all.get(name);
            if (value != null) {
                kernels.put(name, value);
            }
        }
        return kernels;
    }

    @Override
    public List<String> rootRegisters() {
        return List.of("cr3");
    }

    @Override
    public boolean translates(Map<String, Long> all) {
        Long control = all.get("cr0");
        return control == null || (control & PG) != 0;
    }

    /**
     * The kernel's half is in the root of every process; with page-table isolation, in the first of
     * two ({@code PTI_USER_PGTABLE_BIT}, arch/x86/include/asm/pgtable.h).
     */
    @Override
    public LongStream kernelRoots(PageTableFormat format, Map<String, Long> all) {
        Long root = all.get("cr3");
        if (root == null) {
            return LongStream.empty();
        }
        long base = tableBase(format, root);
        return LongStream.of(base, base & -2 * format.pageSize()).distinct();
    }

    @Override
    public long tableBase(PageTableFormat format, long register) {
        return register & CR3_BASE;
    }

    @Override
    public OptionalLong instruction(Map<String, Long> all) {
        return optional(all.get("rip"));
    }

    @Override
    public OptionalLong stack(Map<String, Long> all) {
        return optional(all.get("rsp"));
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
