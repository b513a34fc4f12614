package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the kernel's own page tables as they are when it runs: text is read-only and the only
 * thing that can be executed, and neither text nor constants can be written through the linear map
 * ({@code mark_linear_text_alias_ro}, {@code mark_rodata_ro} in {@code arch/arm64/mm/mmu.c}).
 */
final class KernelTables {
    private static final Set<LeafFlag> TEXT =
            EnumSet.of(LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.KERNEL_EXECUTABLE);
    private static final Set<LeafFlag> CONSTANTS = EnumSet.of(LeafFlag.KERNEL, LeafFlag.GLOBAL);
    private static final Set<LeafFlag> DATA =
            EnumSet.of(LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.WRITABLE, LeafFlag.DIRTY);

    private static final Set<LeafFlag> FIRMWARE =
            EnumSet.of(
                    LeafFlag.KERNEL, LeafFlag.KERNEL_EXECUTABLE, LeafFlag.WRITABLE, LeafFlag.DIRTY);

    /** {@code EFI_RT_VIRTUAL_BASE} of {@code drivers/firmware/efi/libstub/efi-stub.c}. */
    private static final long FIRMWARE_VA = 0x2000_0000L;

    private final GuestParts parts;
    private final GuestImageBuilder wanted;
    private final Geometry geometry;
    private final KernelMemory memory;
    private final List<Leaf> leaves;
    private final long imageVa;
    private final long swapper;

    /**
     * @param leaves takes down each leaf made
     */
    KernelTables(GuestParts parts, List<Leaf> leaves) {
        this.parts = parts;
        this.wanted = parts.wanted();
        this.geometry = parts.geometry();
        this.memory = parts.memory();
        this.leaves = leaves;
        this.imageVa = parts.image().symbol("_text");
        this.swapper = physical(geometry.rootSymbol());
    }

    private long physical(String symbol) {
        return memory.physical(parts.image().symbol(symbol));
    }

    /** Writes all but what {@link #map} is told of. */
    void write() {
        parts.tables().root(swapper, true);
        if (parts.image().has("reserved_pg_dir")) {
            parts.tables().root(physical("reserved_pg_dir"), true);
        }
        long initEnd = parts.image().symbol("__init_end");
        for (long at = 0; at < GuestImageBuilder.IMAGE_SIZE; at += geometry.pageSize()) {
            long va = imageVa + at;
            if (va < parts.image().symbol("__init_begin") || va >= initEnd) {
                leaf(swapper, 3, va, wanted.imagePa() + at, ofImage(va));
            }
        }
        wanted.ram().runs().forEach(this::writeLinearMap);
        parts.stacks().pages().forEach(this::map);
        if (wanted.trampoline) {
            long tramp = entryRoot();
            parts.tables().root(tramp, !geometry.sharesRoot());
            if (wanted.hasPairs()) {
                writeEntryArea(tramp);
            }
            long page = -geometry.pageSize();
            leaf(tramp, 3, parts.image().symbol("_stext") & page, physical("_stext") & page, TEXT);
        }
        if (wanted.identityMap) {
            writeIdentityMap();
        }
    }

    /** The root by which processes enter the kernel. */
    private long entryRoot() {
        return wanted.hasPairs() ? swapper + geometry.pageSize() : physical("tramp_pg_dir");
    }

    /**
     * {@code cpu_entry_area}: of each processor a page that may be read alone, and its stacks; both
     * roots lead to one table of it.
     */
    private void writeEntryArea(long tramp) {
        long va = X86Geometry.CPU_ENTRY_AREA;
        for (int i = 0; i < 2 * wanted.cpus; i++) {
            long pfn = parts.frames().allocate();
            parts.ledger().enter(FrameUse.OTHER, pfn, 1, 0);
            long at = va + i * geometry.pageSize();
            leaf(swapper, 3, at, pfn << geometry.pageShift(), i % 2 == 0 ? CONSTANTS : DATA);
        }
        parts.tables().share(swapper, tramp, va, 0);
    }

    private Set<LeafFlag> ofImage(long va) {
        if (va < parts.image().symbol("_stext")) {
            return CONSTANTS; // the head was run with the MMU off
        }
        if (va < parts.image().symbol("__start_rodata")) {
            return TEXT;
        }
        return va < parts.image().symbol("__init_begin") ? CONSTANTS : DATA;
    }

    private void writeLinearMap(RamRuns.Run run) {
        long readOnly = wanted.imagePa();
        long imageEnd = wanted.imagePa() + GuestImageBuilder.IMAGE_SIZE;
        long readOnlyEnd = wanted.dataReadOnlyInLinearMap ? imageEnd : physical("__init_begin");
        long from = wanted.ramBase + wanted.noMapOffset;
        long end = run.end();
        for (long pa = run.pa(); pa < end; ) {
            long block = geometry.entrySize(2);
            boolean fits = wanted.linearMapInBlocks && pa % block == 0 && pa + block <= end;
            long mixedEnd = wanted.dataOutOfLinearMap ? imageEnd : readOnlyEnd;
            boolean mixed = pa < mixedEnd && pa + block > readOnly;
            int level = fits && !mixed ? 2 : 3;
            boolean constant = pa >= readOnly && pa < readOnlyEnd;
            boolean kept = pa - from >= 0 && pa - from < wanted.noMapSize;
            if (!kept && (pa < readOnlyEnd || pa >= mixedEnd)) {
                leaf(swapper, level, memory.linear(pa), pa, constant ? CONSTANTS : DATA);
            }
            pa += geometry.entrySize(level);
        }
    }

    /** {@code IDMAP_VA_BITS} is 48 whatever the kernel's own width ({@code kernel-pgtable.h}). */
    private void writeIdentityMap() {
        Geometry narrow = Geometry.arm64(geometry.pageShift(), 48, geometry.lpa2());
        PageTableWriter writer = parts.tables().of(narrow);
        long root = physical("idmap_pg_dir");
        writer.root(root, false);
        long pa = wanted.imagePa();
        long raw = narrow.descriptors().leaf(3, pa, TEXT, wanted.era);
        long table = writer.put(root, true, pa, 3, raw);
        leaves.add(
                new Leaf(
                        root,
                        table,
                        3,
                        narrow.index(pa, 3),
                        pa,
                        pa,
                        geometry.pageSize(),
                        raw,
                        narrow.descriptors().attributes(TEXT)));
    }

    /**
     * Maps a page of firmware's services, which says of none of them what it writes.
     *
     * @param root of {@code efi_mm}
     */
    void mapFirmware(long root, long pa) {
        leaf(root, 3, FIRMWARE_VA, pa, FIRMWARE);
    }

    /** Maps a page of data of the kernel's. */
    void map(long va, long pa) {
        leaf(swapper, 3, va, pa, DATA);
    }

    private void leaf(long root, int level, long va, long pa, Set<LeafFlag> wantedFlags) {
        Set<LeafFlag> flags = EnumSet.copyOf(wantedFlags);
        if (wanted.kpti) {
            flags.remove(LeafFlag.GLOBAL);
        }
        long raw = geometry.descriptors().leaf(level, pa, flags, wanted.era);
        long table = parts.tables().put(root, true, va, level, raw);
        leaves.add(
                new Leaf(
                        root,
                        table,
                        level,
                        geometry.index(va, level),
                        va,
                        pa,
                        geometry.entrySize(level),
                        raw,
                        geometry.descriptors().attributes(flags)));
    }
}
