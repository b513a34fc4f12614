package dev.tablewalk.ingest.fuzz;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.fuzz.GuestFacts.Page;
import dev.tablewalk.ingest.fuzz.GuestFacts.SpaceFacts;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A guest's image as it was captured, the graph of that, and what of it the guest itself confirms:
 * only that is judged. A task is confirmed if the truth has it by the same numbers and name. An
 * address space is if the truth has all its VMAs and pages where the graph has them, and none of
 * its tasks was running: of those that were, the kernel's counters need not be right.
 */
final class FuzzSubject {
    /** Tasks that run, or wait inside the kernel, may be in the middle of a change. */
    private static final Set<String> BUSY = Set.of("R", "D");

    final Path image;
    final Path raw;
    final GuestFacts sound;
    final Set<Long> tasks = new TreeSet<>();
    final Set<Long> spaces = new TreeSet<>();

    /** Physical addresses of pages worth hitting, by what is on them. */
    final Map<String, long[]> targets = new TreeMap<>();

    /** Bytes of a {@code task_struct}. */
    final int taskSize;

    private final String name;

    /** An image of the lab, by its guest's name and the ending of its file. */
    record Name(String guest, String ending) {
        Path image() {
            return LabGuests.require(guest).directory().resolve(toString());
        }

        @Override
        public String toString() {
            return guest + "-" + ending;
        }
    }

    /** All that the lab has: the guests of the tests at both moments, and other formats. */
    static List<Name> names() {
        List<Name> names = new ArrayList<>();
        for (String guest : LabGuests.names()) {
            names.add(new Name(guest, "1.raw"));
            names.add(new Name(guest, "2.raw"));
        }
        for (String guest : List.of("formats-6.1", "formats-16k", "formats-nodes")) {
            names.add(new Name(guest, "1.elf"));
        }
        names.add(new Name("formats-6.1", "1.kdump-zlib"));
        return names;
    }

    static FuzzSubject of(Name name) throws IOException {
        LabGuest guest = LabGuests.require(name.guest);
        int moment = name.ending.charAt(0) - '0';
        return new FuzzSubject(
                name.toString(), name.image(), guest.image(moment), guest.truth(moment));
    }

    private FuzzSubject(String name, Path image, Path raw, Path truth) throws IOException {
        this.name = name;
        this.image = image;
        this.raw = raw;
        sound = read(List.of(image), false);
        confirm(truth);
        if (2 * spaces.size() < sound.spaces.size() || 2 * tasks.size() < sound.tasks.size()) {
            throw new IllegalStateException(
                    name
                            + ": the guest confirms "
                            + tasks.size()
                            + " tasks and "
                            + spaces.size()
                            + " address spaces");
        }
        try (Image opened = Image.openRaw(raw)) {
            Kernel kernel = new KernelFinder(opened, List.of(), Progress.NONE).find();
            taskSize = kernel.types().structSize("task_struct").orElseThrow();
            aim(kernel);
        }
    }

    /** Reads an image as the program does by default, with a scan of all RAM. */
    static GuestFacts read(List<Path> files, boolean incomplete) {
        return new GuestFacts(
                Ingest.read(
                        new IngestRequest(
                                "fuzz",
                                files,
                                Path.of(System.getProperty("java.io.tmpdir")),
                                List.of(),
                                false,
                                incomplete,
                                true,
                                false,
                                "fuzz"),
                        Progress.NONE));
    }

    private void aim(Kernel kernel) {
        targets.put(
                "tables",
                pages(sound.tables.values().stream().flatMap(List::stream).mapToLong(pa -> pa)));
        targets.put("tasks", pages(sound.tasks.keySet().stream().mapToLong(a -> pa(kernel, a))));
        targets.put("mms", pages(sound.spaces.keySet().stream().mapToLong(a -> pa(kernel, a))));
        targets.put(
                "VMAs",
                pages(
                        sound.spaces.values().stream()
                                .flatMap(space -> space.vmas().values().stream())
                                .mapToLong(vma -> pa(kernel, vma.address()))));
        targets.put("slabs", framesOf("slab"));
        targets.put("others", framesOf("other"));
        targets.put("reserved", framesOf("reserved"));
        targets.values().removeIf(pages -> pages.length == 0);
    }

    private static long pa(Kernel kernel, long va) {
        try {
            return kernel.memory().pa(va);
        } catch (MemoryFault e) {
            return -1;
        }
    }

    private static long[] pages(LongStream addresses) {
        return addresses.filter(pa -> pa >= 0).map(pa -> pa & -4096).sorted().distinct().toArray();
    }

    private long[] framesOf(String kind) {
        return sound.frames.getOrDefault(kind, List.of()).stream()
                .flatMapToLong(
                        range ->
                                LongStream.range(0, range[1] / 4096)
                                        .map(page -> range[0] + page * 4096))
                .sorted()
                .toArray();
    }

    /** What a truth says of one process. */
    private static final class Told {
        final Set<String> vmas = new HashSet<>();
        final Map<Long, Long> frames = new HashMap<>(); // -1 of what is in swap
    }

    private void confirm(Path truth) throws IOException {
        Map<Integer, Told> processes = new HashMap<>();
        Set<String> threads = new HashSet<>();
        try (var lines = Files.lines(truth)) {
            lines.forEach(
                    line -> {
                        String[] words = line.split("\\s+", 5);
                        switch (words[0]) {
                            case "T" -> threads.add(line.substring(2));
                            case "V" -> told(processes, words[1]).vmas.add(words[2]);
                            case "P" -> {
                                boolean present = (Integer.parseInt(words[4], 16) & 0x100) != 0;
                                told(processes, words[1])
                                        .frames
                                        .put(
                                                Long.parseUnsignedLong(words[2], 16),
                                                present
                                                        ? Long.parseUnsignedLong(words[3], 16)
                                                        : -1L);
                            }
                            default -> {}
                        }
                    });
        }
        Set<Long> busy =
                sound.tasks.values().stream()
                        .filter(task -> BUSY.contains(task.state()))
                        .map(GuestFacts.TaskFacts::mm)
                        .collect(Collectors.toSet());
        sound.tasks.forEach(
                (address, task) -> {
                    if (threads.contains(task.tgid() + " " + task.pid() + " " + task.comm())
                            || (task.kthread() && task.pid() != 0)) {
                        tasks.add(address);
                    }
                    SpaceFacts space = sound.spaces.get(task.mm());
                    Told told = processes.get(task.tgid());
                    if (space != null
                            && told != null
                            && !busy.contains(task.mm())
                            && isSame(space, told)) {
                        spaces.add(task.mm());
                    }
                });
    }

    private static Told told(Map<Integer, Told> processes, String pid) {
        return processes.computeIfAbsent(Integer.parseInt(pid), _ -> new Told());
    }

    private boolean isSame(SpaceFacts space, Told told) {
        Set<String> vmas =
                space.vmas().entrySet().stream()
                        .map(vma -> hex(vma.getKey()) + "-" + hex(vma.getValue().end()))
                        .collect(Collectors.toSet());
        if (!vmas.equals(told.vmas)) {
            return false;
        }
        for (Map.Entry<Long, Page> page : space.pages().entrySet()) {
            long frame = told.frames.getOrDefault(page.getKey(), -2L);
            boolean same =
                    frame
                            == (page.getValue().present()
                                    ? page.getValue().at() / sound.pageSize()
                                    : -1);
            if (!same) {
                return false;
            }
        }
        return space.pages().size() == told.frames.size();
    }

    private static String hex(long n) {
        return String.format("%08x", n);
    }

    @Override
    public String toString() {
        return name;
    }
}
