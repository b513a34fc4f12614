package dev.tablewalk.ingest.fuzz;

import dev.tablewalk.ingest.lab.Damage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A copy of a guest's image, damaged as a seed says. Of the same image the same seed makes the same
 * copy. What was written is undone for the next seed, which takes less time than to copy all of it.
 */
final class DamagedImage implements AutoCloseable {
    private static final int STEP = 4096;

    /** Bytes before RAM in an ELF file of ours. */
    private static final int HEAD = 1 << 20;

    private static final int MOST_PAGES = 64;
    private static final int MOST_RUN = 512;
    private static final int MOST_HOLES = 200;
    private static final int MOST_SHOWN = 8;
    private static final byte[] VMCOREINFO = "OSRELEASE=".getBytes(StandardCharsets.US_ASCII);

    /** Where RAM begins: machine {@code virt}. */
    private static final long RAM = 0x4000_0000L;

    /** What is done to an image. */
    private enum Kind {
        /** Single pages are zero. */
        ZEROED_PAGES(true),
        /** A run of pages is. */
        ZEROED_RUN(true),
        /** Two runs of pages changed places. */
        SWAPPED_RUNS(true),
        /** Pages are not in the image at all. */
        DROPPED(false),
        /** Memory that is free holds what another kernel left there. */
        OVERLAID(false),
        /** RAM in several files, which are named in another order. */
        BLOCKS(false),
        /** A table hangs from many entries: the kernel counts tables, and pages, elsewhere. */
        SHARED_TABLE(false),
        /** The end is missing. */
        TRUNCATED(false),
        /** Notes are gone, or not what they were. */
        NOTES(false),
        /** Packed pages changed places. */
        SWAPPED_DESCRIPTORS(true);

        /** Whether memory holds what was never there, and nothing but memory itself can tell. */
        private final boolean overwrites;

        Kind(boolean overwrites) {
            this.overwrites = overwrites;
        }

        private static List<Kind> of(Path image) {
            String name = image.toString();
            if (name.endsWith(".raw")) {
                return List.of(
                        ZEROED_PAGES,
                        ZEROED_PAGES,
                        ZEROED_RUN,
                        SWAPPED_RUNS,
                        SWAPPED_RUNS,
                        DROPPED,
                        DROPPED,
                        OVERLAID,
                        BLOCKS,
                        SHARED_TABLE,
                        SHARED_TABLE,
                        TRUNCATED);
            }
            return name.endsWith(".elf")
                    ? List.of(ZEROED_PAGES, SWAPPED_RUNS, NOTES, TRUNCATED)
                    : List.of(SWAPPED_DESCRIPTORS, NOTES, TRUNCATED);
        }
    }

    private final FuzzSubject subject;
    private final Path folder;
    private final Path copy;
    private final FileChannel original;
    private final FileChannel file;
    private final long size;

    /** Where RAM's first byte lies in the file, unless it is packed. */
    private final long ramAt;

    private final BitSet written = new BitSet();
    private final List<Path> extra = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private List<Path> files = List.of();
    private boolean incomplete;

    /**
     * @param folder for copies
     */
    DamagedImage(FuzzSubject subject, Path folder) throws IOException {
        this.subject = subject;
        this.folder = folder;
        copy = folder.resolve("damaged");
        Damage.copySparsely(subject.image, copy);
        original = FileChannel.open(subject.image);
        file = FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE);
        size = original.size();
        ramAt = subject.image.toString().endsWith(".elf") ? size - Files.size(subject.raw) : 0;
    }

    /** The files to read. */
    List<Path> files() {
        return files;
    }

    /** Whether to read them although they are incomplete. */
    boolean incomplete() {
        return incomplete;
    }

    /** What was done. */
    String done() {
        return String.join(", ", done);
    }

    /**
     * Makes the copy that the seed tells, from what was captured. A negative one overwrites nothing
     * of which only the memory that was overwritten tells: it is of images as people have them, of
     * which all that is missing is known to be.
     */
    void make(long seed) throws IOException {
        restore();
        files = List.of(copy);
        done.clear();
        SplittableRandom random = new SplittableRandom(seed);
        incomplete = random.nextInt(3) == 0;
        boolean overwrites = seed >= 0;
        List<Kind> kinds =
                Kind.of(subject.image).stream()
                        .filter(each -> overwrites || !each.overwrites)
                        .toList();
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        boolean second = kind != Kind.TRUNCATED && random.nextInt(4) == 0;
        if (second && overwrites && (isRaw() || ramAt > 0)) {
            zeroPages(random);
        }
        switch (kind) {
            case ZEROED_PAGES -> zeroPages(random);
            case ZEROED_RUN -> {
                int pages = 1 + random.nextInt(MOST_RUN);
                long at = place(random, pages);
                write(ramAt + at, new byte[pages * STEP]);
                done.add(String.format("%d pages zeroed at %#x", pages, RAM + at));
            }
            case SWAPPED_RUNS -> swapRuns(random);
            case DROPPED -> drop(random);
            case OVERLAID -> overlay(random);
            case BLOCKS -> blocks(random);
            case SHARED_TABLE -> share(random);
            case TRUNCATED -> {
                long kept =
                        random.nextInt(4) == 0
                                ? size - 1 - random.nextInt(1 << 20)
                                : random.nextLong(size);
                file.truncate(kept);
                written.set((int) (kept / STEP), (int) ((size + STEP - 1) / STEP));
                done.add(String.format("cut after %#x bytes", kept));
            }
            case NOTES -> notes(random);
            case SWAPPED_DESCRIPTORS -> swapDescriptors(random);
        }
        if (incomplete) {
            done.add("--incomplete");
        }
    }

    private boolean isRaw() {
        return subject.image.equals(subject.raw);
    }

    /** Keeps the files, under their names. */
    void keep(Path into) throws IOException {
        Files.createDirectories(into);
        for (Path each : files) {
            Damage.copySparsely(each, into.resolve(each.getFileName()));
        }
    }

    private void restore() throws IOException {
        for (Path each : extra) {
            Files.deleteIfExists(each);
        }
        extra.clear();
        for (int from = written.nextSetBit(0); from >= 0; ) {
            int to = written.nextClearBit(from);
            long at = (long) from * STEP;
            copy(original, at, Math.min(size, (long) to * STEP), file, at);
            from = written.nextSetBit(to);
        }
        written.clear();
    }

    private static void copy(FileChannel from, long start, long end, FileChannel to, long at)
            throws IOException {
        to.position(at);
        for (long next = start; next < end; ) {
            next += from.transferTo(next, end - next, to);
        }
    }

    private void write(long at, byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            file.write(from, at + from.position());
        }
        written.set((int) (at / STEP), (int) ((at + bytes.length + STEP - 1) / STEP));
    }

    private static byte[] read(FileChannel from, long at, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining() && from.read(into, at + into.position()) >= 0) {}
        return into.array();
    }

    /** Offset in RAM of pages: half of the time where something is that the graph is made of. */
    private long place(SplittableRandom random, int pages) throws IOException {
        long ram = Files.size(subject.raw);
        long at = random.nextLong(ram);
        if (random.nextBoolean()) {
            List<long[]> targets = List.copyOf(subject.targets.values());
            long[] among = targets.get(random.nextInt(targets.size()));
            at = among[random.nextInt(among.length)] - RAM;
        }
        return Math.clamp(at, 0, ram - (long) pages * STEP) & -STEP;
    }

    private void zeroPages(SplittableRandom random) throws IOException {
        int pages = 1 + random.nextInt(MOST_PAGES);
        List<String> where = new ArrayList<>();
        for (int i = 0; i < pages; i++) {
            long at = place(random, 1);
            write(ramAt + at, new byte[STEP]);
            where.add(Long.toHexString(RAM + at));
        }
        done.add(pages + " pages zeroed (" + first(where) + ")");
    }

    private static String first(List<String> all) {
        String some = String.join(" ", all.subList(0, Math.min(all.size(), MOST_SHOWN)));
        return all.size() > MOST_SHOWN ? some + " …" : some;
    }

    private void swapRuns(SplittableRandom random) throws IOException {
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            int pages = 1 << random.nextInt(10);
            long at = place(random, pages);
            long with = place(random, pages);
            byte[] first = read(file, ramAt + at, pages * STEP);
            byte[] second = read(file, ramAt + with, pages * STEP);
            write(ramAt + at, second);
            write(ramAt + with, first);
            done.add(String.format("%d pages swapped at %#x and %#x", pages, RAM + at, RAM + with));
        }
    }

    /** An ELF file of what is left: PT_LOADs, and VMCOREINFO as a note or not at all. */
    private void drop(SplittableRandom random) throws IOException {
        int ram = (int) (size / STEP);
        BitSet held = new BitSet();
        held.set(0, ram);
        int holes = 1 + random.nextInt(MOST_HOLES);
        for (int i = 0; i < holes; i++) {
            int pages = random.nextInt(8) == 0 ? 1 + random.nextInt(MOST_RUN) : 1;
            int at = (int) (place(random, pages) / STEP);
            held.clear(at, at + pages);
        }
        boolean told = random.nextBoolean(); // as a part of RAM whose content is not there
        byte[] note = random.nextBoolean() ? vmcoreinfo() : new byte[0];
        List<long[]> parts = new ArrayList<>();
        for (int from = 0; from < ram; ) {
            boolean is = held.get(from);
            int next = is ? held.nextClearBit(from) : held.nextSetBit(from);
            int to = next < 0 ? ram : Math.min(next, ram);
            if (is || told) {
                parts.add(new long[] {from, to, is ? 1 : 0});
            }
            from = to;
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort((short) 4).putShort((short) 183).putInt(1).putLong(0).putLong(64);
        int count = parts.size() + (note.length > 0 ? 1 : 0);
        head.position(54);
        head.putShort((short) 56).putShort((short) count).position(64);
        if (note.length > 0) {
            head.putInt(4).putInt(0).putLong(HEAD - note.length).putLong(0).putLong(0);
            head.putLong(note.length).putLong(note.length).putLong(0);
        }
        for (long[] part : parts) {
            long bytes = (part[1] - part[0]) * STEP;
            head.putInt(1).putInt(7).putLong(HEAD + part[0] * STEP).putLong(0);
            head.putLong(RAM + part[0] * STEP).putLong(part[2] * bytes).putLong(bytes).putLong(0);
        }
        head.put(HEAD - note.length, note);
        Path elf = folder.resolve("damaged.elf");
        extra.add(elf);
        try (FileChannel to =
                FileChannel.open(elf, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            to.write(head.rewind(), 0);
            copySparsely(file, 0, size, to, HEAD);
        }
        files = List.of(elf);
        done.add(
                String.format(
                        "%d pages dropped in an ELF file of %d segments%s, %s",
                        ram - held.cardinality(),
                        parts.size(),
                        told ? " (without content)" : "",
                        note.length > 0 ? "with VMCOREINFO" : "without notes"));
    }

    private static void copySparsely(
            FileChannel from, long start, long end, FileChannel to, long at) throws IOException {
        byte[] zero = new byte[1 << 18];
        for (long next = start; next < end; next += zero.length) {
            byte[] bytes = read(from, next, (int) Math.min(zero.length, end - next));
            if (bytes.length < zero.length || !Arrays.equals(bytes, zero)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    to.write(rest, at + next - start + rest.position());
                }
            }
        }
        if (to.size() < at + end - start) {
            to.write(ByteBuffer.allocate(1), at + end - start - 1);
        }
    }

    /** The kernel's own text as the note that dumps have; empty if it is not in RAM. */
    private byte[] vmcoreinfo() throws IOException {
        byte[] chunk = new byte[0];
        for (long at = 0; at < size; at += STEP) {
            chunk = read(original, at, STEP);
            for (int start : new int[] {0, 24}) {
                if (Arrays.equals(
                        chunk,
                        start,
                        start + VMCOREINFO.length,
                        VMCOREINFO,
                        0,
                        VMCOREINFO.length)) {
                    int end = start;
                    while (end < chunk.length && chunk[end] != 0) {
                        end++;
                    }
                    int padded = end - start + 3 & -4;
                    ByteBuffer note =
                            ByteBuffer.allocate(24 + padded).order(ByteOrder.LITTLE_ENDIAN);
                    note.putInt(11).putInt(end - start).putInt(0);
                    note.put("VMCOREINFO\0\0".getBytes(StandardCharsets.US_ASCII));
                    note.put(chunk, start, end - start);
                    return note.array();
                }
            }
        }
        return new byte[0];
    }

    /** What another guest had at the same addresses comes to lie where this one has free memory. */
    private void overlay(SplittableRandom random) throws IOException {
        List<FuzzSubject.Name> others =
                FuzzSubject.names().stream()
                        .filter(name -> name.ending().endsWith(".raw"))
                        .filter(name -> !subject.toString().startsWith(name.guest() + "-1"))
                        .filter(name -> !subject.toString().startsWith(name.guest() + "-2"))
                        .toList();
        if (others.isEmpty()) {
            zeroPages(random);
            return;
        }
        FuzzSubject.Name other = others.get(random.nextInt(others.size()));
        int part = 1 + random.nextInt(4);
        long pages = 0;
        try (FileChannel stale = FileChannel.open(other.image())) {
            List<long[]> free =
                    Stream.of("buddy", "free")
                            .flatMap(
                                    kind ->
                                            subject
                                                    .sound
                                                    .frames
                                                    .getOrDefault(kind, List.of())
                                                    .stream())
                            .toList();
            for (long[] range : free) {
                long at = range[0] - RAM;
                if (random.nextInt(4) < part && at + range[1] <= stale.size()) {
                    copy(stale, at, at + range[1], file, at);
                    written.set((int) (at / STEP), (int) ((at + range[1]) / STEP));
                    pages += range[1] / STEP;
                }
            }
        }
        done.add(pages + " free pages as " + other + " has them");
    }

    private void blocks(SplittableRandom random) throws IOException {
        int count = 2 + random.nextInt(3);
        long grid = random.nextInt(3) == 0 ? STEP : 2 << 20;
        List<Long> cuts = new ArrayList<>(List.of(0L, size));
        for (int i = 1; i < count; i++) {
            cuts.add(random.nextLong(1, size / grid) * grid);
        }
        List<Long> sorted = cuts.stream().distinct().sorted().toList();
        List<Path> parts = new ArrayList<>();
        for (int i = 0; i + 1 < sorted.size(); i++) {
            Path part = folder.resolve("part" + i + ".raw");
            extra.add(part);
            parts.add(part);
            try (FileChannel to =
                    FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                copySparsely(file, sorted.get(i), sorted.get(i + 1), to, 0);
            }
        }
        Collections.shuffle(parts, new Random(random.nextLong()));
        files = parts;
        done.add(
                "in files cut at "
                        + sorted.stream().map(Long::toHexString).toList()
                        + ", in the order "
                        + parts.stream().map(Path::getFileName).toList());
    }

    /**
     * A table's entry again in others of its table, or in another table of that level, or a loop.
     */
    private void share(SplittableRandom random) throws IOException {
        List<Map.Entry<String, List<Long>>> levels =
                subject.sound.tables.entrySet().stream()
                        .filter(level -> !level.getKey().equals("PTE"))
                        .toList();
        Map.Entry<String, List<Long>> level = levels.get(random.nextInt(levels.size()));
        List<Long> tables = level.getValue();
        int tableSize = subject.sound.tableSize(level.getKey());
        long from = tables.get(random.nextInt(tables.size()));
        ByteBuffer words =
                ByteBuffer.wrap(read(file, from - RAM, tableSize)).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> pointers = new ArrayList<>();
        for (int i = 0; i < tableSize; i += 8) {
            if ((words.getLong(i) & 3) == 3) {
                pointers.add(words.getLong(i));
            }
        }
        boolean loop = pointers.isEmpty() || random.nextInt(5) == 0;
        long entry = loop ? from | 3 : pointers.get(random.nextInt(pointers.size()));
        long into = random.nextBoolean() ? from : tables.get(random.nextInt(tables.size()));
        int times = random.nextInt(3) == 0 ? tableSize / 8 : 1 + random.nextInt(16);
        byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(entry).array();
        for (int i = 0; i < times; i++) {
            int index = times == tableSize / 8 ? i : random.nextInt(tableSize / 8);
            write(into - RAM + 8L * index, bytes);
        }
        done.add(
                String.format("entry %#x %d times in the table at %#x", entry, times, into)
                        + (loop ? ", a loop" : ""));
    }

    private void notes(SplittableRandom random) throws IOException {
        int what = random.nextInt(3);
        if (ramAt == 0) { // kdump: its sub-header tells where VMCOREINFO and notes are
            int block = (int) number(428, 4);
            if (what != 1) {
                write(block + 32, new byte[16]);
                done.add("no VMCOREINFO");
            }
            if (what != 0) {
                write(block + 48, new byte[16]);
                done.add("no notes");
            }
            return;
        }
        long headers = number(32, 8);
        for (int i = 0; i < number(56, 2); i++) {
            long header = headers + 56L * i;
            if (number(header, 4) != 4) {
                continue;
            }
            long at = number(header + 8, 8);
            long length = number(header + 32, 8);
            switch (what) {
                case 0 -> {
                    write(header, new byte[4]);
                    done.add("no notes");
                }
                case 1 -> { // as a part of the CPUs does not tell
                    write(at + 8, new byte[4]);
                    done.add("the first note is of no type");
                }
                default -> {
                    int many = 1 + random.nextInt(64);
                    for (int n = 0; n < many; n++) {
                        byte[] one = {(byte) random.nextInt(256)};
                        write(at + random.nextLong(length), one);
                    }
                    done.add(many + " bytes of the notes overwritten");
                }
            }
        }
    }

    private long number(long at, int bytes) throws IOException {
        byte[] all = Arrays.copyOf(read(file, at, bytes), 8);
        return ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** Of a kdump: 24 bytes for each page that it holds, behind the bitmaps. */
    private void swapDescriptors(SplittableRandom random) throws IOException {
        long block = number(428, 4);
        long bitmaps = number(436, 4);
        long first = (1 + number(432, 4) + bitmaps) * block;
        byte[] held = read(file, first - bitmaps / 2 * block, (int) (bitmaps / 2 * block));
        int pages = BitSet.valueOf(held).cardinality();
        int times = 1 + random.nextInt(MOST_PAGES);
        List<String> where = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long a = first + 24L * random.nextInt(pages);
            long b = first + 24L * random.nextInt(pages);
            byte[] one = read(file, a, 24);
            write(a, read(file, b, 24));
            write(b, one);
            where.add((a - first) / 24 + "-" + (b - first) / 24);
        }
        done.add("of " + pages + " pages swapped: " + first(where));
    }

    @Override
    public void close() throws IOException {
        original.close();
        file.close();
        Files.deleteIfExists(copy);
        for (Path each : extra) {
            Files.deleteIfExists(each);
        }
    }
}
