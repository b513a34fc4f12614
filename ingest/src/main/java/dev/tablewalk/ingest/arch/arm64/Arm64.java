package dev.tablewalk.ingest.arch.arm64;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.arch.AddressRange;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Linux on AArch64: {@code arch/arm64/include/asm/memory.h} and {@code kernel/vmcore_info.c}. */
public final class Arm64 implements Architecture {
    private static final RegisterFormats REGISTERS = new Arm64Registers();

    /** Of {@code HCR_EL2}. */
    private static final long E2H = 1L << 34;

    /** Of {@code HCR_EL2}: there is a second stage of translation. */
    private static final long VM = 1;

    @Override
    public String name() {
        return "aarch64";
    }

    /**
     * vmalloc's region is the largest, and begins where the image lies without KASLR ({@code
     * KIMAGE_VADDR}). A kernel without {@code CONFIG_MODULES} keeps the place of modules and does
     * not show it: all that lies between the linear map and vmalloc. It had BPF's programs in it
     * too before commit b89ddf4cca43.
     */
    @Override
    public Map<String, String> describe(KernelMap map, long text, List<AddressRange> vmallocs) {
        List<AddressRange> behind =
                vmallocs.stream().filter(range -> range.start() >= map.linearEnd()).toList();
        Optional<AddressRange> largest =
                behind.stream().max(Comparator.comparingLong(range -> range.end() - range.start()));
        if (largest.isEmpty()) {
            return Map.of();
        }
        AddressRange vmalloc = largest.get();
        Map<String, String> lines = new HashMap<>();
        if (behind.size() == 1 && map.linearEnd() < vmalloc.start()) {
            long start = map.linearEnd();
            put(lines, "MODULES", new AddressRange(start, vmalloc.start()));
        } else if (behind.size() == 2) {
            put(lines, "MODULES", behind.get(behind.indexOf(vmalloc) == 0 ? 1 : 0));
        }
        put(lines, "VMALLOC", vmalloc);
        lines.put("KERNELOFFSET", Long.toHexString(text - vmalloc.start()));
        return lines;
    }

    private static void put(Map<String, String> lines, String region, AddressRange range) {
        String start = region.equals("MODULES") ? "MODULES_VADDR" : region + "_START";
        lines.put("NUMBER(" + start + ")", Hex.of(range.start()));
        lines.put("NUMBER(" + region + "_END)", Hex.of(range.end()));
    }

    @Override
    public RegisterFormats registerFormats() {
        return REGISTERS;
    }

    /**
     * {@code NUMBER(VA_BITS)} is what was configured, and {@code TCR_EL1.T1SZ} what runs: a kernel
     * built for 52 bits on a CPU without LPA2 runs with fewer. With 64 KiB pages its root stays
     * laid out for 52 all the same.
     */
    @Override
    public List<KernelMap> propose(Vmcoreinfo info) {
        OptionalLong root = info.symbol("swapper_pg_dir");
        OptionalLong text = info.symbol("_stext");
        OptionalLong imageOffset = info.number("kimage_voffset");
        OptionalLong physOffset = info.number("PHYS_OFFSET");
        OptionalLong pageSize = info.pageSize();
        OptionalLong configured = info.number("VA_BITS");
        if (root.isEmpty()
                || text.isEmpty()
                || imageOffset.isEmpty()
                || physOffset.isEmpty()
                || pageSize.isEmpty()) {
            return List.of();
        }
        int pageShift = Long.numberOfTrailingZeros(pageSize.getAsLong());
        if (pageShift != 12 && pageShift != 14 && pageShift != 16) {
            return List.of();
        }
        TreeSet<Integer> widths = new TreeSet<>();
        info.number("TCR_EL1_T1SZ").ifPresent(t1sz -> widths.add((int) (64 - (t1sz & 63))));
        configured.ifPresent(bits -> widths.add((int) bits));
        if (widths.isEmpty()) {
            widths.addAll(List.of(36, 39, 42, 47, 48, 52));
        }
        List<KernelMap> maps = new ArrayList<>();
        for (int vaBits : pageShift == 16 ? widths.descendingSet() : widths) {
            if (vaBits < 32 || vaBits > 52) {
                continue;
            }
            int built = (int) configured.orElse(vaBits);
            if (built < 32 || built > 52) {
                continue;
            }
            for (boolean lpa2 : new boolean[] {vaBits > 48 && pageShift < 16, false, true}) {
                if (lpa2 && pageShift == 16) {
                    continue;
                }
                KernelMap map =
                        map(
                                new Arm64Format(
                                        pageShift,
                                        vaBits,
                                        lpa2,
                                        MemoryTypes.NORMAL_FIRST,
                                        NonPresent.TYPE_AT_3),
                                built,
                                root.getAsLong(),
                                text.getAsLong(),
                                imageOffset.getAsLong(),
                                physOffset.getAsLong());
                maps.add(map);
            }
        }
        return maps;
    }

    private static KernelMap map(
            Arm64Format format, int built, long root, long text, long imageOffset, long phys) {
        long linearStart = -1L << built; // PAGE_OFFSET
        long linearEnd = linearEnd(format.pageShift(), built);
        return new KernelMap(
                format,
                root,
                root - imageOffset,
                imageOffset,
                text,
                linearStart,
                linearEnd,
                linearStart - phys);
    }

    /** {@code PAGE_END}, of {@code VA_BITS_MIN}. */
    private static long linearEnd(int pageShift, int built) {
        int builtMin = built <= 48 ? built : pageShift == 14 ? 47 : 48;
        return -1L << (builtMin - 1);
    }

    @Override
    public long linearEnd(PageTableFormat format) {
        return linearEnd(format.pageShift(), format.vaBits());
    }

    @Override
    public String rootSymbol() {
        return "swapper_pg_dir";
    }

    @Override
    public Set<String> symbols() {
        Set<String> names = new TreeSet<>(rootSymbols().keySet());
        names.add(rootSymbol());
        return names;
    }

    /** {@code arch/arm64/Kconfig}: {@code ARM64_VA_BITS}; only those with 52 bits use LPA2. */
    @Override
    public List<PageTableFormat> formats() {
        int[][] widths = {{12, 52, 48, 39}, {14, 52, 48, 47, 36}, {16, 52, 48, 42}};
        List<PageTableFormat> formats = new ArrayList<>();
        for (int[] ofPage : widths) {
            int pageShift = ofPage[0];
            for (int i = 1; i < ofPage.length; i++) {
                boolean lpa2 = ofPage[i] == 52 && pageShift < 16;
                formats.add(
                        new Arm64Format(
                                pageShift,
                                ofPage[i],
                                lpa2,
                                MemoryTypes.NORMAL_FIRST,
                                NonPresent.TYPE_AT_3));
            }
        }
        return formats;
    }

    /**
     * {@code memstart_addr} tells for how many bits the kernel was built: {@code PAGE_OFFSET} is in
     * it, and that of a kernel for 52 bits on a CPU with fewer is like no physical address.
     */
    @Override
    public Map<String, String> describe(
            PageTableFormat format, long imageOffset, long linearOffset, LongPredicate inImage) {
        int vaBits = format.vaBits();
        boolean canBeWider = vaBits == (format.pageShift() == 14 ? 47 : 48);
        boolean wider = canBeWider && inImage.test((-1L << 52) - linearOffset);
        int built = wider ? 52 : vaBits;
        return Map.of(
                "PAGESIZE", Long.toString(format.pageSize()),
                "NUMBER(VA_BITS)", Integer.toString(built),
                "NUMBER(TCR_EL1_T1SZ)", Integer.toString(64 - vaBits),
                "NUMBER(kimage_voffset)", Hex.of(imageOffset),
                "NUMBER(PHYS_OFFSET)", Hex.of((-1L << built) - linearOffset));
    }

    /**
     * {@code arch/arm64/kernel/vmlinux.lds.S} lays them out right before the kernel's root:
     * identity map (of one or more pages), trampoline if there is one, reserved.
     */
    @Override
    public List<RootCandidate> rootsBeside(KernelMap map) {
        long page = map.format().pageSize();
        List<RootCandidate> candidates = new ArrayList<>();
        candidates.add(new RootCandidate("reserved_pg_dir", map.rootVa() - page, RootKind.EMPTY));
        for (int i = 1; i <= 8; i++) {
            long va = map.rootVa() - i * page;
            candidates.add(new RootCandidate("idmap_pg_dir", va, RootKind.IDENTITY));
            candidates.add(new RootCandidate("tramp_pg_dir", va, RootKind.TRAMPOLINE));
        }
        return candidates;
    }

    @Override
    public Map<String, RootKind> rootSymbols() {
        return new TreeMap<>(
                Map.of(
                        "reserved_pg_dir", RootKind.EMPTY,
                        "tramp_pg_dir", RootKind.TRAMPOLINE,
                        "idmap_pg_dir", RootKind.IDENTITY));
    }

    @Override
    public long firstVa(PageTableFormat format, RootKind kind) {
        return switch (kind) {
            case IDENTITY, ALIAS, MM -> 0;
            case KERNEL, TRAMPOLINE, EMPTY -> -1L << format.vaBits();
        };
    }

    /**
     * {@code vmemmap} is {@code VMEMMAP_START - (memstart_addr >> PAGE_SHIFT)} in units of {@code
     * struct page}. Kernels before 6.0 do not tell where it starts (commit 2369f171d5c5): it ended
     * 2 MiB below the top of memory, and from 5.11 (commit 8c96400d6a39) half as far from it as it
     * is large.
     */
    @Override
    public LongStream vmemmap(
            Vmcoreinfo info, KernelMap map, int size, Function<String, OptionalLong> word) {
        int pageShift = map.format().pageShift();
        int sizeShift = sizeShift(size);
        long span = vmemmapSize(map, size);
        LongStream told = info.number("VMEMMAP_START").stream();
        LongStream known =
                LongStream.of(
                        -span - (2L << 20),
                        map.linearStart() >> (pageShift - sizeShift),
                        -span - (1L << 30));
        return LongStream.concat(told, known).map(start -> start - beforeRam(map, size)).distinct();
    }

    /**
     * A kernel that runs at EL2 ({@code HCR_EL2.E2H}) translates by the registers there, which its
     * instructions call by the names of EL1; what EL1's hold is a guest's of its own, or old. Arm
     * ARM, D8.1.2, virtualization host extensions.
     */
    @Override
    public Map<String, Long> kernelRegisters(Map<String, Long> all) {
        String level = (all.getOrDefault("hcr_el2", 0L) & E2H) != 0 ? "_el2" : "_el1";
        Map<String, Long> kernels = new LinkedHashMap<>();
        for (String name : List.of("ttbr0", "ttbr1", "tcr", "mair", "sctlr")) {
            Long value = all.get(name + level);
            if (value != null) {
                kernels.put(name, value);
            }
        }
        for (String name : List.of("pc", "sp", "pstate")) {
            Long value = all.get(name);
            if (value != null) {
                kernels.put(name, value);
            }
        }
        return kernels;
    }

    /**
     * {@code TTBR1}. Below a hypervisor of its own that is not at EL2 with its kernel ({@code
     * HCR_EL2.VM} and not {@code E2H}), what EL1's registers hold may be a guest's of that kernel.
     */
    @Override
    public LongStream kernelRoots(PageTableFormat format, Map<String, Long> all) {
        Long root = kernelRegisters(all).get("ttbr1");
        boolean nested = (all.getOrDefault("hcr_el2", 0L) & (VM | E2H)) == VM;
        return root == null || nested ? LongStream.empty() : LongStream.of(tableBase(format, root));
    }

    @Override
    public List<String> rootRegisters() {
        return List.of("ttbr0", "ttbr1");
    }

    /** {@code SCTLR_ELx.M}. */
    @Override
    public boolean translates(Map<String, Long> all) {
        Long control = kernelRegisters(all).get("sctlr");
        return control == null || (control & 1) != 0;
    }

    @Override
    public OptionalLong instruction(Map<String, Long> all) {
        return optional(all.get("pc"));
    }

    @Override
    public OptionalLong stack(Map<String, Long> all) {
        return optional(all.get("sp"));
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /**
     * {@code TTBRn_EL1}: ASID in bits 63:48, CnP in bit 0; with 52-bit addresses PA[51:48] in bits
     * 5:2, and else no bit of the address below 5 that could be set. Arm ARM, D24.2.
     */
    @Override
    public long tableBase(PageTableFormat format, long register) {
        boolean wide = format.paBits() > 48;
        long low = register & 0xffff_ffff_ffffL & (wide ? -1L << 6 : -1L << 5);
        return wide ? low | (register >>> 2 & 0xf) << 48 : low;
    }

    /** Bytes of {@code struct page} that stand for what lies below {@code memstart_addr}. */
    private static long beforeRam(KernelMap map, int size) {
        long memstart = map.linearStart() - map.linearOffset();
        return (memstart >> map.format().pageShift()) * size;
    }

    @Override
    public long vmemmapStart(long base, KernelMap map, int size) {
        return base + beforeRam(map, size);
    }

    /** {@code STRUCT_PAGE_MAX_SHIFT}. */
    private static int sizeShift(int size) {
        return 64 - Long.numberOfLeadingZeros(size - 1);
    }

    /** {@code VMEMMAP_SIZE}. */
    @Override
    public long vmemmapSize(KernelMap map, int size) {
        long linearBytes = map.linearEnd() - map.linearStart();
        return linearBytes >>> (map.format().pageShift() - sizeShift(size));
    }

    @Override
    public PageTableFormat learnKernelLeaves(PageTableFormat format, long imageLeaf) {
        return ((Arm64Format) format).withKernelLeaf(imageLeaf);
    }

    @Override
    public PageTableFormat learnNonPresent(
            PageTableFormat format, TypeInfo types, LongStream noAccess, LongStream nonValid) {
        Arm64Format arm64 = (Arm64Format) format;
        boolean exclusive =
                types.hasEnumerator("PG_anon_exclusive"); // came with commit 6c287605fd56
        NonPresent old = exclusive ? NonPresent.TYPE_AT_3 : NonPresent.TYPE_AT_2;
        // A damaged VMA may say anything, so most of them decide.
        long forOld = 0;
        long forNewest = 0;
        for (PrimitiveIterator.OfLong it = noAccess.iterator(); it.hasNext(); ) {
            long prot = it.nextLong();
            boolean sound = (prot & Arm64Format.VALID) == 0 && Arm64Format.isPageProt(prot);
            if (sound && (prot & old.presentInvalid()) != 0) {
                forOld++;
            } else if (sound && (prot & NonPresent.TYPE_AT_6.presentInvalid()) != 0) {
                forNewest++;
            }
        }
        if (forOld + forNewest > 0) {
            return arm64.with(forOld >= forNewest ? old : NonPresent.TYPE_AT_6);
        }
        return arm64.with(byContent(old, nonValid));
    }

    /**
     * With the newest layout a swap entry has nothing in bits 5:3 and 11; with the older ones those
     * are type and slot, which are zero in all entries only where there are none to speak of. Nor
     * are bits 9:8 set of swap areas, unless there are many, but of markers, whose type is the
     * last.
     */
    private static NonPresent byContent(NonPresent old, LongStream nonValid) {
        long or = 0;
        long seen = 0;
        for (PrimitiveIterator.OfLong it = nonValid.iterator(); it.hasNext(); ) {
            long d = it.nextLong();
            if ((d & Arm64Format.VALID) != 0) {
                continue;
            }
            if ((d & Arm64Format.TABLE_BIT) == 0) {
                or |= NonPresent.TYPE_AT_6.isMarker(d) ? d & ~NonPresent.TYPE_AT_6.typeMask() : d;
                seen++;
            } else if ((d & old.presentInvalid()) != 0) {
                return old; // present, with the older bit: the newer layout leaves it clear
            }
        }
        boolean newest = seen > 0 && (or & 0xb38) == 0;
        return newest ? NonPresent.TYPE_AT_6 : old;
    }
}
