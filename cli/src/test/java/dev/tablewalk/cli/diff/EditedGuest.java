package dev.tablewalk.cli.diff;

import dev.tablewalk.cypher.diff.PageChange.Kind;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A guest at random, then the same after random edits. Each edit writes down what a diff has to say
 * of it: the edits are the oracle, and not a comparison.
 */
final class EditedGuest {
    private static final int POOL = 2048;
    private static final long FIRST_VA = 0x1000_0000L;
    private static final int VMA_PAGES = 64;

    /** Who may do what with a page. */
    private enum Rights {
        READ,
        READ_UNUSED,
        WRITE,
        EXECUTE,
        NONE;

        LeafFlag[] flags() {
            return switch (this) {
                case READ -> new LeafFlag[] {};
                case READ_UNUSED -> new LeafFlag[] {LeafFlag.OLD};
                case WRITE -> new LeafFlag[] {LeafFlag.WRITABLE, LeafFlag.DIRTY};
                case EXECUTE -> new LeafFlag[] {LeafFlag.EXECUTABLE};
                case NONE -> new LeafFlag[] {LeafFlag.PROT_NONE};
            };
        }
    }

    private sealed interface Page {
        /** As {@link #changes} spells it. */
        String text(long pageSize);
    }

    private record Frame(long pfn, Rights rights) implements Page {
        @Override
        public String text(long pageSize) {
            return "pa " + Long.toHexString(pfn * pageSize);
        }
    }

    private record Slot(int type, long offset) implements Page {
        @Override
        public String text(long pageSize) {
            return "slot " + type + " " + offset;
        }
    }

    private record Area(long start, int pages) {}

    private record Program(
            int pid,
            long startTime,
            long execId,
            String comm,
            List<Area> areas,
            TreeMap<Long, Page> pages) {
        Program copy() {
            return new Program(
                    pid, startTime, execId, comm, new ArrayList<>(areas), new TreeMap<>(pages));
        }

        Program with(long start, long exec, String name) {
            return new Program(pid, start, exec, name, areas, pages);
        }
    }

    private final Random random;
    private final Geometry geometry;
    private final KernelEra era;
    private final long pool;
    private long nextPfn;
    private long nextSlot = 1;
    private final Map<Integer, Program> before = new TreeMap<>();
    private final Map<Integer, Program> after = new TreeMap<>();

    /** What a diff must say of pages: pid, va, kind, from, to. */
    final Set<String> changes = new TreeSet<>();

    /** What a diff must say of tasks: pid and what. */
    final Set<String> tasks = new TreeSet<>();

    EditedGuest(Geometry geometry, KernelEra era, long seed) {
        this.random = new Random(seed);
        this.geometry = geometry;
        this.era = era;
        this.pool = builder().allocate(POOL, 1);
        for (int pid = 10; pid < 13 + random.nextInt(5); pid++) {
            before.put(pid, made(pid, pid * 1_000_000_007L, "p-" + pid));
        }
        before.forEach((pid, program) -> after.put(pid, program.copy()));
        edit();
    }

    private GuestImageBuilder builder() {
        return GuestImageBuilder.guest(geometry)
                .era(era)
                .ramSize(48L << (20 + geometry.pageShift() - 12));
    }

    private long page() {
        return geometry.pageSize();
    }

    private Frame frame() {
        return new Frame(
                pool + nextPfn++ % POOL, Rights.values()[random.nextInt(Rights.values().length)]);
    }

    private Slot slot() {
        return new Slot(random.nextInt(2), nextSlot++);
    }

    private Program made(int pid, long startTime, String comm) {
        Program made = new Program(pid, startTime, 1, comm, new ArrayList<>(), new TreeMap<>());
        long at = FIRST_VA;
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            at += (1L + random.nextInt(600)) * page();
            made.areas.add(new Area(at, VMA_PAGES));
            for (int k = 0; k < VMA_PAGES; k++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> made.pages.put(at + k * page(), frame());
                    case 2 -> made.pages.put(at + k * page(), slot());
                    default -> {}
                }
            }
            at += VMA_PAGES * page();
        }
        return made;
    }

    private void edit() {
        for (Program was : before.values()) {
            Program is = after.getOrDefault(was.pid, was);
            switch (random.nextInt(8)) {
                case 0 -> {
                    gone(was);
                    after.remove(was.pid);
                }
                case 1 -> {
                    gone(was);
                    Program other = made(was.pid, was.startTime + 1, "reused");
                    born(other);
                    after.put(was.pid, other);
                }
                case 2 -> {
                    // Another program: nothing of the address space goes on.
                    all(was, false);
                    Program other =
                            made(was.pid, was.startTime, "execed")
                                    .with(was.startTime, was.execId + 1, "execed");
                    all(other, true);
                    tasks.add(was.pid + " executed");
                    after.put(was.pid, other);
                }
                case 3 -> {
                    after.put(was.pid, is.with(was.startTime, was.execId, "renamed"));
                    tasks.add(was.pid + " renamed");
                    editPages(was, is);
                }
                default -> editPages(was, is);
            }
        }
        for (int pid = 100; pid < 100 + random.nextInt(3); pid++) {
            Program made = made(pid, pid * 1_000_000_007L, "new-" + pid);
            after.put(pid, made);
            born(made);
        }
    }

    private void gone(Program program) {
        tasks.add(program.pid + " gone");
        all(program, false);
    }

    private void born(Program program) {
        tasks.add(program.pid + " born");
        all(program, true);
    }

    private void all(Program program, boolean come) {
        program.pages.forEach(
                (va, page) -> {
                    boolean frame = page instanceof Frame;
                    Kind kind =
                            come
                                    ? frame ? Kind.MAPPED : Kind.SWAP_ADDED
                                    : frame ? Kind.UNMAPPED : Kind.SWAP_REMOVED;
                    say(program.pid, va, kind, come ? null : page, come ? page : null);
                });
    }

    private void say(int pid, long va, Kind kind, @Nullable Page was, @Nullable Page is) {
        changes.add(
                line(
                        pid,
                        va,
                        kind,
                        was == null ? "-" : was.text(page()),
                        is == null ? "-" : is.text(page())));
    }

    static String line(int pid, long va, Kind kind, String was, String is) {
        return pid + " " + Long.toHexString(va) + " " + kind + ": " + was + " -> " + is;
    }

    private void editPages(Program was, Program is) {
        for (Area area : was.areas) {
            for (int k = 0; k < area.pages; k++) {
                if (random.nextInt(6) == 0) {
                    editPage(is, area.start + k * page());
                }
            }
        }
        if (random.nextBoolean()) {
            long start = is.areas.getLast().start + (VMA_PAGES + 7L) * page();
            is.areas.add(new Area(start, 8));
            for (int k = 0; k < 8; k += 2) {
                Frame frame = frame();
                is.pages.put(start + k * page(), frame);
                say(is.pid, start + k * page(), Kind.MAPPED, null, frame);
            }
        }
    }

    private void editPage(Program program, long va) {
        Page was = program.pages.get(va);
        Page is;
        Kind kind;
        switch (was) {
            case null -> {
                is = random.nextBoolean() ? frame() : slot();
                kind = is instanceof Frame ? Kind.MAPPED : Kind.SWAP_ADDED;
            }
            case Slot _ ->
                    kind =
                            switch (random.nextInt(3)) {
                                case 0 -> {
                                    is = frame();
                                    yield Kind.SWAPPED_IN;
                                }
                                case 1 -> {
                                    is = slot();
                                    yield Kind.SWAP_MOVED;
                                }
                                default -> {
                                    is = null;
                                    yield Kind.SWAP_REMOVED;
                                }
                            };
            case Frame frame ->
                    kind =
                            switch (random.nextInt(4)) {
                                case 0 -> {
                                    is = slot();
                                    yield Kind.SWAPPED_OUT;
                                }
                                case 1 -> {
                                    Frame other = frame();
                                    is = other;
                                    yield other.pfn == frame.pfn ? Kind.WRITTEN : Kind.MOVED;
                                }
                                case 2 -> {
                                    List<Rights> others = new ArrayList<>(List.of(Rights.values()));
                                    others.remove(frame.rights);
                                    Rights rights = others.get(random.nextInt(others.size()));
                                    is = new Frame(frame.pfn, rights);
                                    yield isRead(frame.rights) && isRead(rights)
                                            ? Kind.TOUCHED
                                            : Kind.REPROTECTED;
                                }
                                default -> {
                                    is = null;
                                    yield Kind.UNMAPPED;
                                }
                            };
        }
        if (kind == Kind.WRITTEN) {
            return; // The pool came round to the same frame: no edit.
        }
        say(program.pid, va, kind, was, is);
        if (is == null) {
            program.pages.remove(va);
        } else {
            program.pages.put(va, is);
        }
    }

    private static boolean isRead(Rights rights) {
        return rights == Rights.READ || rights == Rights.READ_UNUSED;
    }

    GuestGraph before() throws IOException {
        return read(before, "before");
    }

    GuestGraph after() throws IOException {
        return read(after, "after");
    }

    private GuestGraph read(Map<Integer, Program> processes, String name) throws IOException {
        GuestImageBuilder guest = builder();
        guest.allocate(POOL, 1);
        guest.kernelThread(2, "kthreadd").kernelThread(3, "kswapd0");
        guest.task(1, "init", t -> t.mm(mm -> mm.stack(0x7000_0000L, 0x7010_0000L)));
        for (Program program : processes.values()) {
            guest.task(
                    program.pid,
                    program.comm,
                    t ->
                            t.startTime(program.startTime)
                                    .execId(program.execId)
                                    .mm(mm -> write(mm, program)));
        }
        Path image = Files.createTempFile("guest", ".raw");
        try {
            guest.write(image);
            return Ingest.read(
                    new IngestRequest(
                            name,
                            List.of(image),
                            Path.of("target"),
                            List.of(),
                            false,
                            false,
                            false,
                            true,
                            "test"),
                    Progress.NONE);
        } finally {
            Files.delete(image);
        }
    }

    private void write(MmBuilder mm, Program program) {
        for (Area area : program.areas) {
            mm.vma(area.start, area.start + area.pages * page(), "rwxp");
        }
        // Tells how this kernel marks what is present and not valid.
        mm.vma(FIRST_VA - page(), FIRST_VA, "---p");
        program.pages.forEach(
                (va, page) -> {
                    switch (page) {
                        case Frame frame -> mm.page(va, frame.pfn, frame.rights.flags());
                        case Slot slot -> mm.swap(va, slot.type, slot.offset);
                    }
                });
    }
}
