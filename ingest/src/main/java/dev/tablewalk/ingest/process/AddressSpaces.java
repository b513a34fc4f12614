package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/** Reads each {@code mm_struct} once, however many tasks share it. */
public final class AddressSpaces {
    /** A task in such a state may be inside {@code execve()}. */
    private static final Set<String> MOVING = Set.of("R", "D");

    private final Kernel kernel;
    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final VmaReader vmas;
    private final RssCounters rss;
    private final MmLocks locks;
    private final Optional<MapleTree> tree;
    private final Optional<Field> mmMt;
    private final Optional<Field> mmap;
    private final Field pgd;
    private final Field users;
    private final Field count;
    private final Field totalVm;
    private final Field mapCount;
    private final Field tableBytes;
    private final Field taskSize;
    private final Field startStack;
    private final Field startBrk;
    private final Field brk;
    private final Set<Long> held = new HashSet<>();

    public AddressSpaces(Kernel kernel, Anomalies anomalies) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        KernelTypes types = new KernelTypes(kernel.types(), anomalies);
        vmas = new VmaReader(memory, types, anomalies);
        rss = new RssCounters(kernel, types);
        locks = new MmLocks(kernel);
        mmMt = types.find("mm_struct", "mm_mt"); // commit d4af56c5c7c6
        tree = mmMt.map(field -> new MapleTree(memory, types, anomalies));
        mmap = mmMt.isPresent() ? Optional.empty() : types.find("mm_struct", "mmap");
        pgd = types.field("mm_struct", "pgd");
        users = types.orAbsent("mm_struct", "mm_users.counter");
        count = types.orAbsent("mm_struct", "mm_count.counter");
        totalVm = types.orAbsent("mm_struct", "total_vm");
        mapCount = types.orAbsent("mm_struct", "map_count");
        tableBytes = types.orAbsent("mm_struct", "pgtables_bytes.counter");
        taskSize = types.find("mm_struct", "task_size").orElse(Field.ABSENT);
        startStack = types.find("mm_struct", "start_stack").orElse(Field.ABSENT);
        startBrk = types.find("mm_struct", "start_brk").orElse(Field.ABSENT);
        brk = types.find("mm_struct", "brk").orElse(Field.ABSENT);
    }

    /** The address spaces of these tasks, by address. */
    public Map<Long, FoundMm> of(Collection<FoundTask> tasks) {
        return with(Map.of(), tasks, List.of(), _ -> true);
    }

    /**
     * Adds to what was read before; nothing is read twice.
     *
     * @param scanned addresses of what a scan of RAM found
     * @param mayHoldObjects whether the kernel may have a struct at an address, by its frame
     */
    public Map<Long, FoundMm> with(
            Map<Long, FoundMm> before,
            Collection<FoundTask> tasks,
            Collection<Long> scanned,
            LongPredicate mayHoldObjects) {
        rss.holdingBack(tasks);
        Map<Long, FoundMm> found = new LinkedHashMap<>(before);
        for (FoundTask task : tasks) {
            add(task.mm(), task, "task", found);
        }
        found.values().forEach(mm -> holdAgainstItself(mm, tasks));
        for (FoundTask task : tasks) {
            add(task.activeMm(), task, "active", found);
        }
        // What is wrong with something that is no address space is nobody's concern.
        AddressSpaces remains = new AddressSpaces(kernel, new Anomalies());
        for (long mm : scanned) {
            FoundMm known = found.get(mm);
            try {
                if (known != null) {
                    found.put(mm, known.foundBy("scan"));
                } else if (mayHoldObjects.test(mm) && agrees(remains.read(mm, "scan"))) {
                    found.put(mm, read(mm, "scan"));
                }
            } catch (MemoryFault e) {
                anomalies.fault("mm_unreadable", mm, "mm_struct", e);
            }
        }
        return found;
    }

    /**
     * Whether an address space that no task has is more than its remains, as those of an earlier
     * boot: its VMAs are there, and as many as it counts; and if it counts tables, its root leads
     * to some.
     */
    private boolean agrees(FoundMm mm) {
        if (mm.kernel()) {
            return true;
        }
        boolean hasVmas =
                !mapCount.isKnown()
                        || mm.vmas().size() == mm.node().mapCount()
                        || mm.node().heldLocks().contains("mmap_lock");
        return hasVmas && (mm.node().pgtablesBytes() <= 0 || !isEmpty(mm.pgdPa()));
    }

    private boolean isEmpty(long root) {
        PageTableFormat format = kernel.map().format();
        long[] entries = new long[format.entries(0)];
        return memory.physical().readTable(root, entries, entries.length)
                && Arrays.stream(entries).allMatch(raw -> format.kind(raw, 0) == EntryKind.EMPTY);
    }

    /**
     * Tells, once, what the {@code mm_struct} of a task says of itself that cannot be so: a task
     * counts as a user of it, and it has a root table, an end, and a stack since {@code execve()}
     * made it. One that is being made may have no size and no stack yet, which its task is told by.
     */
    private void holdAgainstItself(FoundMm mm, Collection<FoundTask> tasks) {
        GraphNode.MmStruct node = mm.node();
        if (mm.kernel() || !node.foundBy().contains("task") || !held.add(node.address())) {
            return;
        }
        List<String> wrong = new ArrayList<>();
        if (users.isKnown() && node.mmUsers() <= 0) {
            wrong.add(node.mmUsers() + " users");
        }
        if (count.isKnown() && node.mmCount() <= 0) {
            wrong.add(node.mmCount() + " references");
        }
        if (node.pgd() == 0) {
            wrong.add("no root table");
        }
        boolean made = !isMoving(node.address(), tasks);
        if (made && isZero(node.address(), taskSize)) {
            wrong.add("an address space of no size");
        }
        if (made && isZero(node.address(), startStack)) {
            wrong.add("no stack");
        } else if (hasPlacesOutside(node.address()) && !isMoving(node.address(), tasks)) {
            wrong.add("a stack or heap outside its own size");
        }
        if (!wrong.isEmpty()) {
            anomalies.add(
                    "torn_mm",
                    node.address(),
                    "mm_struct",
                    "a task has it, and it has " + String.join(", ", wrong));
        }
    }

    /** Whoever sets these is held to that by the kernel: {@code validate_prctl_map_addr()}. */
    private boolean hasPlacesOutside(long mm) {
        List<Field> all = List.of(taskSize, startStack, startBrk, brk);
        if (!all.stream()
                .allMatch(f -> f.isKnown() && memory.readable(mm + f.offset(), f.size()))) {
            return false;
        }
        long size = memory.number(mm, taskSize);
        long heap = memory.number(mm, startBrk);
        long end = memory.number(mm, brk);
        return Long.compareUnsigned(memory.number(mm, startStack), size) > 0
                || Long.compareUnsigned(heap, end) > 0
                || Long.compareUnsigned(end, size) > 0;
    }

    private boolean isZero(long mm, Field field) {
        return field.isKnown()
                && memory.readable(mm + field.offset(), field.size())
                && memory.number(mm, field) == 0;
    }

    private static boolean isMoving(long mm, Collection<FoundTask> tasks) {
        return tasks.stream()
                .anyMatch(task -> task.mm() == mm && MOVING.contains(task.node().state()));
    }

    private void add(long mm, FoundTask task, String way, Map<Long, FoundMm> found) {
        if (mm == 0 || found.containsKey(mm)) {
            return;
        }
        try {
            found.put(mm, read(mm, way));
        } catch (MemoryFault e) {
            anomalies.fault(
                    "mm_unreadable",
                    mm,
                    "mm_struct",
                    new MemoryFault(
                            "task " + Hex.of(task.node().address()) + ": " + e.getMessage() + " at",
                            e.address()));
        }
    }

    private FoundMm read(long mm, String way) {
        long root = memory.pointer(mm, pgd);
        boolean kernels = root == kernel.map().rootVa();
        long rootPa = -1;
        if (root != 0) {
            try {
                rootPa = memory.pa(root);
            } catch (MemoryFault e) {
                anomalies.fault("pgd_unreadable", mm, "mm_struct.pgd", e);
            }
        }
        GraphNode.MmStruct node =
                new GraphNode.MmStruct(
                        mm,
                        root,
                        (int) memory.number(mm, users),
                        (int) memory.number(mm, count),
                        memory.number(mm, totalVm),
                        rss.pages(mm),
                        memory.number(mm, tableBytes),
                        (int) memory.number(mm, mapCount),
                        rss.swapPages(mm),
                        locks.heldOf(mm),
                        List.of(way));
        return new FoundMm(node, rootPa, kernels, kernels ? List.of() : vmas(mm));
    }

    private List<FoundVma> vmas(long mm) {
        List<FoundVma> found = new ArrayList<>();
        if (tree.isPresent() && mmMt.isPresent()) {
            tree.get()
                    .forEach(
                            mm,
                            mm + mmMt.get().offset(),
                            (first, last, vma) ->
                                    vmas.read(mm, vma, first, last + 1).ifPresent(found::add));
        } else if (mmap.isPresent()) {
            vmas.readList(mm, memory.pointer(mm, mmap.get()), found);
        }
        found.sort(Comparator.comparingLong(FoundVma::start));
        return found;
    }
}
