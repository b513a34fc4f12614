package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.scan.RamScan;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.types.TypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * {@code init_task}, found in RAM by its content before anything is known of the kernel's map. It
 * is its own parent and the leader of its own group ({@code init/init_task.c}), so it tells its own
 * virtual address.
 *
 * @param place where it was found, an address in the memory that was searched
 * @param va its kernel virtual address
 * @param types that describe it
 */
record InitTask(long place, long va, TypeInfo types) {
    private static final int PAGE_SHIFT = 12;
    private static final int SWAP = word("swap");

    private static final int LONGEST_NAME =
            FirstTask.NAMES.stream().mapToInt(String::length).max().orElseThrow();

    /** More places than this are of no guest; the others are left out. */
    private static final int MOST_PLACES = 1 << 16;

    /** Bytes of BTF that are read at most; a kernel's has some 6 MB. */
    private static final long MOST_BTF = 512L << 20;

    private static int word(String four) {
        return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
    }

    /**
     * Finds those that there are: first what the given types describe, then what the BTF in RAM
     * does, the largest first. Cost: a pass over RAM, and over each BTF as it is asked for.
     *
     * @param given types of a kernel that may be this one
     */
    static Stream<InitTask> in(PhysicalMemory memory, Optional<TypeInfo> given) {
        FrameIndex frames = new FrameIndex(memory.ranges(), PAGE_SHIFT);
        Places types = new Places();
        Places names = new Places();
        RamScan.of(
                memory,
                frames,
                List.of(
                        (row, pa, words) -> {
                            each(pa, words, KernelImage.BTF_MAGIC, at -> btf(memory, at, types));
                            each(pa, words, SWAP, at -> name(memory, at, names));
                        }),
                Progress.NONE);
        if (names.isEmpty()) {
            return Stream.empty();
        }
        return Stream.concat(given.stream(), btfs(memory, types))
                .flatMap(each -> Shape.of(each).stream())
                .flatMap(
                        each ->
                                (names.isFull() ? fitting(memory, frames, each) : names)
                                        .sorted().stream()
                                                .flatMap(at -> each.at(memory, at).stream()));
    }

    /** Where there are more names than are kept: those of what these types describe. */
    private static Places fitting(PhysicalMemory memory, FrameIndex frames, Shape shape) {
        Places found = new Places();
        RamScan.of(
                memory,
                frames,
                List.of(
                        (row, pa, words) ->
                                each(
                                        pa,
                                        words,
                                        SWAP,
                                        at -> {
                                            if (shape.at(memory, at).isPresent()
                                                    && isName(memory, at)) {
                                                found.add(at);
                                            }
                                        })),
                Progress.NONE);
        return found;
    }

    private static void btf(PhysicalMemory memory, long at, Places types) {
        if (KernelImage.mayBeBtf(memory, at)) {
            types.add(at);
        }
    }

    private static void name(PhysicalMemory memory, long at, Places names) {
        if (!names.isFull() && isName(memory, at)) {
            names.add(at);
        }
    }

    /** Every BTF of a kernel, the largest first; read as it is asked for. */
    private static Stream<TypeInfo> btfs(PhysicalMemory memory, Places places) {
        long[] read = new long[1];
        return places.sorted().stream()
                .map(at -> new Blob(at, KernelImage.btfLength(memory, at)))
                .filter(blob -> blob.length > 0)
                .sorted(Comparator.comparingInt(Blob::length).reversed())
                .takeWhile(blob -> (read[0] += blob.length) <= MOST_BTF)
                .flatMap(blob -> KernelImage.btfAt(memory, blob.at).stream())
                .filter(btf -> btf.structId("task_struct").isPresent())
                .map(TypeInfo.class::cast);
    }

    /**
     * What the tasks beside it in the list of tasks hold if they are where it says, by {@code
     * __list_add()}.
     *
     * @param va where a pointer to its own list head must stand
     * @param head that pointer
     */
    record Answer(long va, long head) {}

    /** Of the tasks before and behind it, which were allocated; those that are held. */
    List<Answer> neighbours(PhysicalMemory memory) {
        Optional<Field> next = types.member("task_struct", "tasks.next");
        Optional<Field> prev = types.member("task_struct", "tasks.prev");
        if (next.isEmpty() || prev.isEmpty()) {
            return List.of();
        }
        long head = va + next.get().offset();
        long back = (long) prev.get().offset() - next.get().offset();
        List<Answer> answers = new ArrayList<>();
        neighbour(memory, next.get()).ifPresent(at -> answers.add(new Answer(at + back, head)));
        neighbour(memory, prev.get()).ifPresent(at -> answers.add(new Answer(at, head)));
        return answers;
    }

    private Optional<Long> neighbour(PhysicalMemory memory, Field pointer) {
        long at = place + pointer.offset();
        return Optional.of(at)
                .filter(each -> memory.contains(each, 8))
                .map(memory::u64)
                .filter(n -> n - va < 0 || n - va >= types.structSize("task_struct").orElse(0));
    }

    private record Blob(long at, int length) {}

    /** Where a word of 32 bits stands in a frame, at a multiple of 4. */
    private static void each(long pa, long[] words, int wanted, LongConsumer found) {
        for (int i = 0; i < words.length; i++) {
            if ((int) words[i] == wanted) {
                found.accept(pa + 8L * i);
            }
            if ((int) (words[i] >>> 32) == wanted) {
                found.accept(pa + 8L * i + 4);
            }
        }
    }

    private static boolean isName(PhysicalMemory memory, long at) {
        byte[] text = new byte[LONGEST_NAME + 1];
        if (!memory.contains(at, text.length)) {
            return false;
        }
        memory.read(at, text, 0, text.length);
        String name = new String(text, StandardCharsets.ISO_8859_1);
        return FirstTask.NAMES.stream().anyMatch(n -> name.startsWith(n + "\0"));
    }

    /** What it is told by, looked up once. */
    private record Shape(
            TypeInfo types, Field comm, Field pid, Field parent, Field leader, Field next) {
        static Optional<Shape> of(TypeInfo types) {
            Optional<Field> comm = types.member("task_struct", "comm");
            Optional<Field> pid = types.member("task_struct", "pid");
            Optional<Field> parent = types.member("task_struct", "real_parent");
            Optional<Field> leader = types.member("task_struct", "group_leader");
            Optional<Field> next = types.member("task_struct", "tasks.next");
            return comm.isEmpty()
                            || pid.isEmpty()
                            || parent.isEmpty()
                            || leader.isEmpty()
                            || next.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Shape(
                                    types,
                                    comm.get(),
                                    pid.get(),
                                    parent.get(),
                                    leader.get(),
                                    next.get()));
        }

        /**
         * @param name where its name stands
         */
        Optional<InitTask> at(PhysicalMemory memory, long name) {
            long task = name - comm.offset();
            try {
                long va = memory.u64(task + parent.offset());
                boolean itself =
                        va < 0
                                && va == memory.u64(task + leader.offset())
                                && (va - task & (1 << PAGE_SHIFT) - 1) == 0
                                && memory.u32(task + pid.offset()) == 0
                                && memory.u64(task + next.offset()) < 0;
                return itself ? Optional.of(new InitTask(task, va, types)) : Optional.empty();
            } catch (MemoryFault e) {
                return Optional.empty();
            }
        }
    }

    /** Addresses that several threads find. */
    private static final class Places {
        private final List<Long> found = new ArrayList<>();

        synchronized void add(long at) {
            if (found.size() < MOST_PLACES) {
                found.add(at);
            }
        }

        synchronized boolean isEmpty() {
            return found.isEmpty();
        }

        synchronized boolean isFull() {
            return found.size() >= MOST_PLACES;
        }

        synchronized List<Long> sorted() {
            return found.stream().sorted().toList();
        }
    }
}
