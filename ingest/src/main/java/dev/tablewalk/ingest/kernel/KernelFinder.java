package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.arm64.Arm64;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.memory.ImageSearch;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.types.TypeInfo;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    private static final Set<String> SYMBOLS =
            Set.of(
                    "_stext",
                    "init_mm",
                    "init_task",
                    "efi_mm",
                    "linux_banner",
                    "__per_cpu_offset",
                    "swapper_pg_dir",
                    "reserved_pg_dir",
                    "tramp_pg_dir",
                    "idmap_pg_dir");

    private final Image image;
    private final List<RamRange> given;
    private final Progress progress;

    private final RamBases bases;

    private @Nullable Isf isf;
    private int described;

    /** Where the text lies that was looked at last. */
    private long describedAt;

    private @Nullable Proved proved;

    private record Proved(
            Architecture architecture,
            KernelMap map,
            PhysicalMemory memory,
            Vmcoreinfo info,
            String where,
            boolean learned) {}

    /**
     * @param given where RAM lies, if the user or the format says so; otherwise one range as long
     *     as the image
     */
    public KernelFinder(Image image, List<RamRange> given, Progress progress) {
        this.image = image;
        this.given = given;
        this.progress = progress;
        this.bases = new RamBases(image, given);
    }

    /** Takes types, and symbols that the kernel's own table lacks, from a file. */
    public KernelFinder with(Isf symbolFile) {
        isf = symbolFile;
        return this;
    }

    /**
     * Finds and proves it.
     *
     * @throws UserError if there is no kernel that can be proved, with what was found instead
     */
    public Kernel find() {
        Vmcoreinfo note = image.notes().vmcoreinfo();
        if (note == null || !proves(note, "a note of the image")) {
            if (!isDescribed()) {
                searchWithout();
            }
        }
        image.bytes().release();
        Proved p = proved;
        if (p == null) {
            throw notFound();
        }
        KernelMap map = p.map;
        String release = p.info.release();
        progress.found(
                "vmcoreinfo",
                p.learned ? "none" : "Linux " + release,
                p.where + ", " + p.info.size() + (p.learned ? " facts learnt" : " lines"));
        if (p.learned) {
            progress.found("kernel", "Linux " + release, "the name of init_task's own namespace");
        }
        progress.found(
                "ram",
                p.memory.parts().stream().map(RamRange::toString).collect(Collectors.joining(",")),
                given.isEmpty()
                        ? "the base under which the kernel's map holds"
                        : image.parts().isEmpty() ? "as given" : "as the image says");
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
        TypeInfo types;
        Kallsyms symbols;
        try {
            types = isf != null ? isf : kernelImage.btf(progress, release);
        } finally {
            symbols = reading.join(); // the image must not be closed under it
        }
        if (symbols.count() > 0) {
            progress.found(
                    "kallsyms",
                    symbols.count() + " symbols",
                    p.learned
                            ? "found by its tokens, and _stext is where text begins"
                            : "_stext has the address that VMCOREINFO gives it");
        } else {
            progress.found(
                    "kallsyms",
                    "none",
                    p.learned
                            ? "the image holds none that gives _stext the address of its text"
                            : "VMCOREINFO does not say where, or it cannot be read");
        }
        if (isf != null) {
            symbols = new IsfFit(isf, kernelImage, memory, p.info, symbols).symbols(map, progress);
        }
        long initTask = kernelImage.initTask(types, symbols, progress);
        return new Kernel(
                p.architecture,
                map,
                memory,
                p.info,
                types,
                symbols,
                kernelImage.start(),
                kernelImage.end(),
                initTask,
                release,
                UtsName.version(memory, p.info));
    }

    /**
     * The VMCOREINFO that stands in RAM and that {@link #find} would believe, without its NUL;
     * empty if it believes none.
     */
    public byte[] vmcoreinfo() {
        byte[] text = isDescribed() ? copy(describedAt) : new byte[0];
        image.bytes().release();
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    private boolean isDescribed() {
        return ImageSearch.atPageOffsets(
                bases.searched(), Vmcoreinfo.START, Vmcoreinfo.inPage(), this::proves);
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

    private boolean proves(long pa) {
        describedAt = pa;
        return proves(
                new Vmcoreinfo(copy(pa)),
                "text at " + (given.isEmpty() ? "file offset " : "PA ") + Hex.of(pa));
    }

    /** As much of the text as the image holds. */
    private byte[] copy(long pa) {
        for (int most = Vmcoreinfo.MAX_BYTES; most >= Vmcoreinfo.LEAST_BYTES; most /= 2) {
            if (bases.searched().contains(pa, most)) {
                byte[] text = new byte[most];
                bases.searched().read(pa, text, 0, most);
                return text;
            }
        }
        return new byte[0];
    }

    private boolean proves(Vmcoreinfo info, String where) {
        if (info.pageSize().isEmpty()) {
            return false;
        }
        described++;
        proved = prove(info, where, false);
        return proved != null;
    }

    private @Nullable Proved prove(Vmcoreinfo info, String where, boolean learned) {
        for (Architecture architecture : ARCHITECTURES) {
            for (KernelMap map : architecture.propose(info)) {
                PhysicalMemory memory = ram(map);
                if (memory != null) {
                    long leaf = KernelMemory.leaf(memory, map.format(), map.rootPa(), map.rootVa());
                    return new Proved(
                            architecture,
                            map.with(architecture.learnMemoryTypes(map.format(), leaf)),
                            memory,
                            info,
                            where,
                            learned);
                }
            }
        }
        return null;
    }

    /** Where nothing describes the kernel: from its first task on. */
    private void searchWithout() {
        proved =
                InitTask.in(bases.searched(), Optional.ofNullable(isf))
                        .flatMap(
                                task ->
                                        ARCHITECTURES.stream()
                                                .flatMap(a -> KernelSearch.of(bases, a, task)))
                        .map(this::learn)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private @Nullable Proved learn(KernelSearch.Found found) {
        Proved p = prove(found.info(), found.proof(), true);
        if (p == null) {
            return null;
        }
        Map<String, String> more =
                LearnedFacts.of(p.map, new KernelMemory(p.memory, p.map), found.task());
        return new Proved(p.architecture, p.map, p.memory, p.info.with(more), p.where, true);
    }

    private @Nullable PhysicalMemory ram(KernelMap map) {
        return bases.holding(map.rootPa())
                .map(RamBases.Ram::memory)
                .filter(memory -> holds(map, memory))
                .findFirst()
                .orElse(null);
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
                            + " holds no Linux kernel: no VMCOREINFO, and no init_task as "
                            + (isf == null ? "BTF in it" : isf.file() + " or BTF in it")
                            + " describes one whose map could be proved; is it the RAM of a Linux"
                            + " guest, whole"
                            + (isf == null
                                    ? " (if it holds no BTF, give a symbol file with --isf)?"
                                    : ", and the symbol file of its kernel?"));
        }
        if (!given.isEmpty() && image.parts().isEmpty()) {
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
