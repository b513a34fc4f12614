package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.arm64.Arm64;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.memory.Image;
import dev.tablewalk.ingest.memory.ImageSearch;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the kernel in an image: VMCOREINFO, the RAM base, the page tables' geometry, BTF, kallsyms,
 * {@code init_task}. Nothing is believed before it is proved.
 */
public final class KernelFinder {
    private static final List<Architecture> ARCHITECTURES = List.of(new Arm64());

    /** Where RAM begins on machines people have: QEMU virt, x86 and many others, boards. */
    private static final long[] KNOWN_BASES = {0x4000_0000L, 0, 0x8000_0000L, 0x1_0000_0000L};

    /** RAM begins at a multiple of this on every machine. */
    private static final long BASE_STEP = 2L << 20;

    private static final Set<String> SYMBOLS =
            Set.of(
                    "_stext",
                    "init_mm",
                    "init_task",
                    "efi_mm",
                    "__per_cpu_offset",
                    "swapper_pg_dir",
                    "reserved_pg_dir",
                    "tramp_pg_dir",
                    "idmap_pg_dir");

    private final Image image;
    private final List<RamRange> given;
    private final Progress progress;
    private int described;
    private @Nullable Proved proved;

    private record Proved(
            Architecture architecture,
            KernelMap map,
            PhysicalMemory memory,
            Vmcoreinfo info,
            long fileOffset) {}

    /**
     * @param given where RAM lies, if the user says so; otherwise one range as long as the image
     */
    public KernelFinder(Image image, List<RamRange> given, Progress progress) {
        this.image = image;
        this.given = given;
        this.progress = progress;
    }

    /**
     * Finds and proves it.
     *
     * @throws UserError if there is no kernel that can be proved, with what was found instead
     */
    public Kernel find() {
        Proved p = prove();
        if (p == null) {
            throw notFound();
        }
        KernelMap map = p.map;
        String release = p.info.release();
        long infoPa = p.fileOffset;
        progress.found(
                "vmcoreinfo",
                "Linux " + release,
                "text at file offset " + Hex.of(infoPa) + ", " + p.info.size() + " lines");
        progress.found(
                "ram",
                p.memory.ranges().stream().map(RamRange::toString).collect(Collectors.joining(",")),
                given.isEmpty() ? "the base under which the kernel's map holds" : "as given");
        progress.found(
                "map",
                describe(p.architecture, map),
                "swapper_pg_dir at PA "
                        + Hex.of(map.rootPa())
                        + " translates its own address "
                        + Hex.of(map.rootVa())
                        + " to that PA");
        // Types and symbols have nothing to do with each other, and each takes a while.
        CompletableFuture<Kallsyms> reading =
                CompletableFuture.supplyAsync(
                        () -> Kallsyms.read(new KernelMemory(p.memory, map), p.info, SYMBOLS));
        KernelMemory memory = new KernelMemory(p.memory, map);
        KernelImage kernelImage = KernelImage.of(map, memory);
        Btf btf;
        Kallsyms symbols;
        try {
            btf = kernelImage.btf(progress, release);
        } finally {
            symbols = reading.join(); // the image must not be closed under it
        }
        if (symbols.count() > 0) {
            progress.found(
                    "kallsyms",
                    symbols.count() + " symbols",
                    "_stext has the address that VMCOREINFO gives it");
        } else {
            progress.found(
                    "kallsyms", "none", "VMCOREINFO does not say where, or it cannot be read");
        }
        long initTask = kernelImage.initTask(btf, symbols, progress);
        return new Kernel(
                p.architecture,
                map,
                memory,
                p.info,
                btf,
                symbols,
                kernelImage.start(),
                kernelImage.end(),
                initTask,
                release,
                UtsName.version(memory, p.info));
    }

    /** The file offset of the VMCOREINFO that {@link #find} believes; empty if it believes none. */
    public OptionalLong vmcoreinfo() {
        Proved p = prove();
        return p == null ? OptionalLong.empty() : OptionalLong.of(p.fileOffset);
    }

    private @Nullable Proved prove() {
        ImageSearch.atPageOffsets(image, Vmcoreinfo.START, Vmcoreinfo.inPage(), this::proves);
        image.release();
        return proved;
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

    private boolean proves(long offset) {
        Vmcoreinfo info = new Vmcoreinfo(image.copy(offset, Vmcoreinfo.MAX_BYTES));
        if (info.pageSize().isEmpty()) {
            return false;
        }
        described++;
        for (Architecture architecture : ARCHITECTURES) {
            for (KernelMap map : architecture.propose(info)) {
                PhysicalMemory memory = ram(map);
                if (memory != null) {
                    long leaf = KernelMemory.leaf(memory, map.format(), map.rootPa(), map.rootVa());
                    proved =
                            new Proved(
                                    architecture,
                                    map.with(architecture.learnMemoryTypes(map.format(), leaf)),
                                    memory,
                                    info,
                                    offset);
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable PhysicalMemory ram(KernelMap map) {
        if (!given.isEmpty()) {
            PhysicalMemory memory = new PhysicalMemory(image, given);
            return holds(map, memory) ? memory : null;
        }
        for (long base : KNOWN_BASES) {
            PhysicalMemory memory = at(base);
            if (holds(map, memory)) {
                return memory;
            }
        }
        // The root lies somewhere in the file, which leaves few bases to try.
        long first = Math.max(0, map.rootPa() - image.size()) & -BASE_STEP;
        for (long base = first; base <= map.rootPa(); base += BASE_STEP) {
            PhysicalMemory memory = at(base);
            if (holds(map, memory)) {
                return memory;
            }
        }
        return null;
    }

    private PhysicalMemory at(long base) {
        return new PhysicalMemory(image, List.of(new RamRange(base, image.size(), 0)));
    }

    /** The root must translate its own address, and the kernel text's, to where they lie. */
    private static boolean holds(KernelMap map, PhysicalMemory memory) {
        return map.rootPa() > 0
                && memory.contains(map.rootPa(), map.format().pageSize())
                && KernelMemory.translate(memory, map.format(), map.rootPa(), map.rootVa())
                        == map.rootPa()
                && KernelMemory.translate(memory, map.format(), map.rootPa(), map.textVa())
                        == map.textVa() - map.imageOffset();
    }

    private UserError notFound() {
        if (described == 0) {
            return UserError.image(
                    image.path()
                            + " holds no Linux kernel that describes itself (no VMCOREINFO); is it"
                            + " the raw RAM of a Linux guest, whole?");
        }
        if (!given.isEmpty()) {
            return UserError.input(
                    "with --ram "
                            + given.stream()
                                    .map(RamRange::toString)
                                    .collect(Collectors.joining(" --ram "))
                            + " the kernel in "
                            + image.path()
                            + " does not translate its own addresses; leave --ram out to have the"
                            + " base found");
        }
        return UserError.image(
                image.path()
                        + " describes a Linux kernel whose page tables are not where it says; is"
                        + " the image cut off, not raw, or of a machine whose RAM has holes (give"
                        + " --ram)?");
    }
}
