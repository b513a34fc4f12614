package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.isf.Isf;
import dev.tablewalk.ingest.memory.PackedBytes;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the kernel that runs in an image. RAM may hold several: of earlier boots, of a crash
 * kernel, of guests of before. All that are described are gathered, and where none of them is
 * whole, what looks like an {@code init_task}; each is held against what only the one that runs has
 * ({@link Contender}). Nothing is believed before it is proved.
 */
public final class KernelFinder {
    /** More kernels than this are not read, each of which takes a while. */
    private static final int MOST = 16;

    private final Image image;
    private final List<RamRange> given;
    private final Progress progress;
    private final RamBases bases;
    private final Descriptions descriptions;
    private List<Notes.CpuRegisters> cpus;
    private @Nullable Isf isf;
    private int number;

    /** Where an {@code init_task} lies whose kernel does not map RAM yet, physical addresses. */
    private final Set<Long> booting = new TreeSet<>();

    /**
     * @param given where RAM lies, if the user or the format says so; otherwise one range as long
     *     as the image
     */
    public KernelFinder(Image image, List<RamRange> given, Progress progress) {
        this.image = image;
        this.given = given;
        this.progress = progress;
        this.bases = new RamBases(image, given);
        this.descriptions = new Descriptions(image, bases, Architectures.ALL);
        this.cpus = image.notes().cpus();
    }

    /** Takes types, and symbols that the kernel's own table lacks, from a file. */
    public KernelFinder with(Isf symbolFile) {
        isf = symbolFile;
        return this;
    }

    /** Takes the processors' registers from elsewhere than from the image's notes. */
    public KernelFinder with(List<Notes.CpuRegisters> registers) {
        cpus = registers;
        return this;
    }

    /**
     * Takes one of several kernels on purpose, be it whole or not.
     *
     * @param choice its number as they are told of, from 1; 0 for the one that runs
     */
    public KernelFinder take(int choice) {
        number = choice;
        return this;
    }

    /**
     * Finds and proves it.
     *
     * @throws UserError if there is no kernel that can be proved and is whole, with what was found
     *     instead
     */
    public Kernel find() {
        List<Contender> contenders = contenders();
        image.bytes().release();
        if (contenders.isEmpty()) {
            throw notFound();
        }
        Contender chosen = choose(contenders);
        chosen.tell(progress);
        for (int i = 0; i < contenders.size(); i++) {
            Contender other = contenders.get(i);
            if (other != chosen) {
                progress.found("kernel_" + (i + 1), other.name(), other.text());
            } else if (contenders.size() > 1) {
                progress.found("kernel_taken", Integer.toString(i + 1), other.text());
            }
        }
        if (!descriptions.gone().isEmpty()) {
            progress.found(
                    "kernels_gone",
                    String.join(", ", descriptions.gone()),
                    "described, but page tables of it are not where it says");
        }
        return chosen.kernel().orElseThrow(() -> chosen.failure().orElseThrow(this::notFound));
    }

    /** All kernels that RAM holds, the likeliest to run first. */
    private List<Contender> contenders() {
        descriptions.readNote();
        // What is packed is unpacked once more to search it. That is spared where a processor runs
        // the kernel that a note describes; else the note may be of one that ran before.
        boolean told = image.bytes() instanceof PackedBytes && !descriptions.proved().isEmpty();
        List<Contender> found = new ArrayList<>();
        if (told) {
            addDescribed(found);
        }
        if (found.stream().noneMatch(Contender::isCertain)) {
            descriptions.searchRam();
            addDescribed(found);
        }
        if (found.stream().noneMatch(Contender::isClosed)) {
            addLookAlikes(found);
        }
        if (found.size() > 1) {
            found.forEach(Contender::readClock);
        }
        found.sort(Contender.likeliestFirst());
        return found;
    }

    private void addDescribed(List<Contender> found) {
        descriptions.proved().forEach(map -> add(map, found));
    }

    private void add(ProvedMap map, List<Contender> found) {
        if (found.size() < MOST && found.stream().noneMatch(c -> c.proved().isSame(map))) {
            Contender contender = Contender.of(map, cpus);
            contender.open(isf, bases);
            found.add(contender);
        }
    }

    /** Where nothing describes the kernel that runs: from its first task on. */
    private void addLookAlikes(List<Contender> found) {
        Set<Long> done = new HashSet<>();
        InitTask.in(bases.searched(), Optional.ofNullable(isf))
                .filter(task -> !done.contains(task.place()))
                .takeWhile(task -> found.size() < MOST)
                .forEach(
                        task ->
                                learn(task)
                                        .ifPresent(
                                                map -> {
                                                    done.add(task.place());
                                                    add(map, found);
                                                }));
    }

    /** The map that another task bears out; else the first that is not contradicted. */
    private Optional<ProvedMap> learn(InitTask task) {
        record Learnt(ProvedMap map, boolean answered) {}
        return Preferred.first(
                        Architectures.ALL.stream()
                                .flatMap(a -> KernelSearch.of(bases, a, task, booting::add))
                                .flatMap(
                                        f ->
                                                learn(f)
                                                        .map(map -> new Learnt(map, f.answered()))
                                                        .stream()),
                        Learnt::answered)
                .map(Learnt::map);
    }

    private Optional<ProvedMap> learn(KernelSearch.Found found) {
        return ProvedMap.of(Architectures.ALL, bases, found.info(), found.proof(), true)
                .map(
                        p -> {
                            Map<String, String> more =
                                    LearnedFacts.of(
                                            p.architecture(),
                                            p.map(),
                                            new KernelMemory(p.memory(), p.map()),
                                            found.task());
                            return new ProvedMap(
                                    p.architecture(),
                                    p.map(),
                                    p.memory(),
                                    p.info().with(more),
                                    p.where(),
                                    true);
                        });
    }

    private Contender choose(List<Contender> contenders) {
        if (number > contenders.size()) {
            throw UserError.input(
                    image.path()
                            + " holds "
                            + kernels(contenders.size())
                            + ", of which --kernel "
                            + number
                            + " is none");
        }
        if (number > 0) {
            return contenders.get(number - 1);
        }
        Contender best = contenders.getFirst();
        if (!best.isWhole()) {
            throw refused(contenders);
        }
        if (contenders.size() > 1 && contenders.get(1).isWhole() && best.ties(contenders.get(1))) {
            throw UserError.image(
                    image.path()
                            + " holds more than one whole Linux kernel, and nothing in it tells"
                            + " which of them runs: "
                            + list(contenders)
                            + "; take one with --kernel");
        }
        return best;
    }

    private UserError refused(List<Contender> contenders) {
        Contender best = contenders.getFirst();
        if (contenders.size() == 1 && best.failure().isPresent() && !best.cpus().deny()) {
            return best.failure().get();
        }
        boolean denied = contenders.stream().allMatch(c -> c.cpus().deny());
        return UserError.image(
                image.path()
                        + " holds "
                        + kernels(contenders.size())
                        + (denied
                                ? " that no CPU runs: the machine was reset or has not booted yet,"
                                        + " and RAM keeps what was: "
                                : ", and none that is whole: ")
                        + list(contenders)
                        + "; take one all the same with --kernel");
    }

    private static String kernels(int n) {
        return n == 1 ? "a Linux kernel" : n + " Linux kernels";
    }

    private static String list(List<Contender> contenders) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender c = contenders.get(i);
            each.add("(" + (i + 1) + ") " + c.name() + ", " + c.text());
        }
        return String.join("; ", each);
    }

    /**
     * The VMCOREINFO that stands in RAM of the kernel that {@link #find} would take, without its
     * NUL; empty if it would take none.
     */
    public byte[] vmcoreinfo() {
        descriptions.searchRam();
        List<ProvedMap> maps = descriptions.proved();
        List<Contender> found =
                maps.stream()
                        .map(map -> Contender.of(map, cpus))
                        .collect(Collectors.toCollection(ArrayList::new));
        if (found.size() > 1 && found.stream().noneMatch(c -> c.cpus().here() > 0)) {
            found.forEach(c -> c.open(isf, bases));
            found.forEach(Contender::readClock);
        }
        found.sort(Contender.likeliestFirst());
        boolean none =
                found.isEmpty()
                        || found.getFirst().cpus().deny()
                        || (found.size() > 1 && found.getFirst().ties(found.get(1)));
        byte[] text =
                none
                        ? new byte[0]
                        : descriptions.copy(descriptions.place(found.getFirst().proved()));
        image.bytes().release();
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    private UserError notFound() {
        if (!booting.isEmpty()) {
            return UserError.image(
                    image.path()
                            + " holds a Linux kernel that has just begun to boot (init_task at PA "
                            + booting.stream().map(Hex::of).collect(Collectors.joining(", "))
                            + "): its page tables map its own image, and no RAM yet; take the image"
                            + " a moment later");
        }
        if (!descriptions.any()) {
            return nothingFound();
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
        if (descriptions.anyEmptied()) {
            return UserError.image(
                    image.path()
                            + " holds no kernel that runs: the machine was reset. RAM describes "
                            + String.join(", ", descriptions.gone())
                            + ", whose root page table is as empty as when it is loaded, and which"
                            + " has not booted again; take the image before the reset, or once it"
                            + " has booted");
        }
        return UserError.image(
                image.path()
                        + " describes a Linux kernel ("
                        + String.join(", ", descriptions.gone())
                        + ") whose page tables are not where it says; is the image cut off, not"
                        + " raw, or of a machine whose RAM has holes (give --ram)? Or was the"
                        + " machine reset, and something else has been loaded over that kernel?"
                        + bases.placement().blocksText());
    }

    private UserError nothingFound() {
        if (EncryptedRam.is(bases.searched())) {
            return UserError.image(
                    image.path()
                            + " holds nothing that can be read: nearly all of it is random, as the"
                            + " RAM of a guest is whose memory is encrypted (AMD SEV, Intel TDX),"
                            + " or a file that is encrypted or packed as a whole; such a guest's"
                            + " RAM can be taken from inside it alone (LiME, AVML)");
        }
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
}
