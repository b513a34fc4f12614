package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One of the kernels that RAM holds, and what speaks for its being the one that runs. In this
 * order: the processors' registers; its list of tasks, which of a kernel that runs no longer has
 * been written over; its clock; how much hangs on it.
 */
final class Contender {
    private static final Set<String> SYMBOLS =
            Set.of(
                    "_stext",
                    "memblock",
                    "init_mm",
                    "init_task",
                    "efi_mm",
                    "__cpu_possible_mask",
                    "__end_rodata",
                    "_etext",
                    "huge_zero_folio",
                    "huge_zero_page",
                    "huge_zero_pfn",
                    "linux_banner",
                    "protection_map",
                    "__per_cpu_offset",
                    "runqueues",
                    // Types of swap entries.
                    "nr_swapfiles",
                    "make_device_exclusive",
                    "make_device_exclusive_range",
                    "migrate_vma_setup",
                    "migrate_pages",
                    "memory_failure",
                    "iomem_resource");

    private final ProvedMap proved;
    private KernelMemory memory;
    private KernelImage image;
    private final RunningCpus cpus;
    private final Findings findings = new Findings();
    private @Nullable Kernel kernel;
    private @Nullable UserError failure;
    private TaskRing ring = TaskRing.NONE;
    private Optional<WallClock> clock = Optional.empty();

    private Contender(ProvedMap proved, List<Notes.CpuRegisters> cpus) {
        this.proved = proved;
        this.memory = new KernelMemory(proved.memory(), proved.map());
        this.image = KernelImage.of(proved.map(), memory);
        this.cpus = RunningCpus.of(cpus, proved, image);
    }

    /** Holds the processors' registers against it; cheap. */
    static Contender of(ProvedMap proved, List<Notes.CpuRegisters> cpus) {
        return new Contender(proved, cpus);
    }

    /** The likeliest to run first. */
    static Comparator<Contender> likeliestFirst() {
        return Comparator.comparingInt((Contender c) -> c.cpus.rank())
                .thenComparingInt(c -> c.ring.rank())
                .thenComparingLong(c -> c.clock.map(WallClock::now).orElse(0L))
                .thenComparingInt(c -> c.ring.addressSpaces())
                .thenComparingInt(c -> c.ring.tasks())
                .reversed();
    }

    /**
     * Reads its types and symbols, and what hangs on its {@code init_task}. What it lacks of these
     * is kept as its failure.
     *
     * @param isf a file to take types from, or null
     * @param bases by which RAM was found to lie as it does
     */
    void open(@Nullable Isf isf, RamBases bases) {
        try {
            kernel = read(isf, bases);
            ring = TaskRing.of(memory, kernel.types(), kernel.listed());
        } catch (UserError e) {
            failure = e;
        }
    }

    /** Reads its clock; worth it only where several contend. */
    void readClock() {
        if (kernel != null) {
            clock = WallClock.in(memory, kernel.types(), image.start(), image.end());
        }
    }

    private Kernel read(@Nullable Isf isf, RamBases bases) {
        Vmcoreinfo info = proved.info();
        KernelMap map = proved.map();
        String release = info.release();
        boolean learned = proved.learned();
        findings.found(
                "vmcoreinfo",
                learned ? "none" : "Linux " + release,
                proved.where() + ", " + info.size() + (learned ? " facts learnt" : " lines"));
        if (learned) {
            findings.found("kernel", "Linux " + release, "the name of init_task's own namespace");
        }
        findings.found(
                "map",
                describe(proved.architecture(), map),
                proved.architecture().rootSymbol()
                        + " at PA "
                        + Hex.of(map.rootPa())
                        + " translates its own address "
                        + Hex.of(map.rootVa())
                        + " to that PA");
        // Types and symbols have nothing to do with each other, and each takes a while.
        Set<String> names = new HashSet<>(SYMBOLS);
        names.addAll(proved.architecture().symbols());
        CompletableFuture<Kallsyms> reading =
                CompletableFuture.supplyAsync(
                        () -> Kallsyms.read(new KernelMemory(proved.memory(), map), info, names));
        TypeInfo types;
        Kallsyms symbols;
        try {
            types = isf != null ? isf : image.btf(findings, release);
        } finally {
            symbols = reading.join(); // the image must not be closed under it
        }
        tell(symbols);
        PhysicalMemory ram = settled(bases, types, symbols);
        findings.found("ram", bases.text(ram), bases.proof(ram));
        if (ram != proved.memory()) {
            memory = new KernelMemory(ram, map);
            image = KernelImage.of(map, memory);
        }
        if (isf != null) {
            symbols = new IsfFit(isf, image, memory, info, symbols).symbols(map, findings);
        }
        FirstTask first =
                FirstTask.in(image, memory, types, symbols)
                        .orElseThrow(
                                () ->
                                        UserError.image(
                                                "Linux "
                                                        + release
                                                        + " was found, but no init_task of it"
                                                        + " that another task knows; is its"
                                                        + " memory damaged, or cut off?"));
        findings.found("init_task", Hex.of(first.va()), first.proof());
        return new Kernel(
                proved.architecture(),
                map,
                memory,
                info,
                types,
                symbols,
                image.start(),
                image.end(),
                first.va(),
                first.listed(),
                release,
                UtsName.version(memory, info));
    }

    /**
     * RAM as it lies by all that the kernel knows, what is missing included. Where it is said, by
     * the format or by the user, what they leave out is none.
     */
    private PhysicalMemory settled(RamBases bases, TypeInfo types, Kallsyms symbols) {
        if (bases.areGiven()) {
            return proved.memory();
        }
        List<Memblock.Region> regions = regions(types, symbols);
        PhysicalMemory ram =
                bases.placement()
                        .settle(
                                proved.map(),
                                proved.memory(),
                                regions,
                                Memblock.flagsLeftOut(types),
                                candidate -> ProvedMap.holds(proved.map(), candidate),
                                findings);
        return bases.placement().withMissing(ram, regions);
    }

    /** All memory that it was told of: as it keeps it, or else as it has registered it. */
    private List<Memblock.Region> regions(TypeInfo types, Kallsyms symbols) {
        List<Memblock.Region> kept =
                Memblock.regions(
                        proved.memory(),
                        proved.map(),
                        types,
                        symbols.address("memblock"),
                        image.start(),
                        image.end());
        OptionalLong resources = symbols.address("iomem_resource");
        return kept.isEmpty() && resources.isPresent()
                ? IoResources.systemRam(memory, types, resources.getAsLong())
                : kept;
    }

    private void tell(Kallsyms symbols) {
        boolean any = symbols.count() > 0;
        String proof;
        if (any) {
            proof =
                    proved.learned()
                            ? "found by its tokens, and _stext is where text begins"
                            : "_stext has the address that VMCOREINFO gives it";
        } else {
            proof =
                    proved.learned()
                            ? "the image holds none that gives _stext the address of its text"
                            : "VMCOREINFO does not say where, or it cannot be read";
        }
        findings.found("kallsyms", any ? symbols.count() + " symbols" : "none", proof);
    }

    private static String describe(Architecture architecture, KernelMap map) {
        return architecture.name()
                + ", "
                + (map.format().pageSize() >> 10)
                + " KiB pages, "
                + map.format().vaBits()
                + "-bit VA, "
                + map.format().levels()
                + " levels, "
                + map.format().paBits()
                + "-bit PA";
    }

    ProvedMap proved() {
        return proved;
    }

    RunningCpus cpus() {
        return cpus;
    }

    /** What was read, unless it failed. */
    Optional<Kernel> kernel() {
        return Optional.ofNullable(kernel);
    }

    /** Why it could not be read. */
    Optional<UserError> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether this may be the kernel that runs. */
    boolean isWhole() {
        return kernel != null && ring.isWhole() && !cpus.deny();
    }

    /**
     * Whether nothing of what is known leaves a doubt that it is. A program counter does: without
     * KASLR every kernel has its code at the same addresses.
     */
    boolean isCertain() {
        return kernel != null && ring.closed() && cpus.byRoot() > 0;
    }

    /** Whether all of its list of tasks is there, and no processor speaks against it. */
    boolean isClosed() {
        return kernel != null && ring.closed() && !cpus.deny();
    }

    /** Whether what is known prefers neither. */
    boolean ties(Contender other) {
        return cpus.rank() == other.cpus.rank()
                && ring.rank() == other.ring.rank()
                && (clock.isEmpty() || other.clock.isEmpty() || clock.equals(other.clock));
    }

    /** Hands on what was found of it. */
    void tell(Progress progress) {
        findings.tell(progress);
    }

    /** Its release, or what there is of a name. */
    String name() {
        String release = proved.info().release();
        return "Linux " + (release.isEmpty() ? "of unknown release" : release);
    }

    /** Where it lies, when it booted, and what speaks for it or against it. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("image at PA ").append(Hex.of(image.start()));
        clock.ifPresent(c -> text.append(", ").append(c.text()));
        if (cpus.here() > 0) {
            text.append(", ").append(cpus.here());
            text.append(cpus.here() == 1 ? " CPU runs it" : " CPUs run it");
        } else if (cpus.deny()) {
            text.append(", no CPU runs it");
        }
        text.append(", ").append(failure == null ? ring.text() : failure.getMessage());
        return text.toString();
    }
}
