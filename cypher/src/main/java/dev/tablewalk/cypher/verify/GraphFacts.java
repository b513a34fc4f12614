package dev.tablewalk.cypher.verify;

import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts that a truth can be compared with, as the graph has them.
 *
 * @param pageSize bytes
 * @param tasks by tid, without the idle tasks, which {@code /proc} does not show
 * @param spaces by pid, of the processes that have an address space of their own
 * @param tables by their number in the graph
 */
record GraphFacts(
        long pageSize,
        SortedMap<Integer, Task> tasks,
        SortedMap<Integer, AddressSpace> spaces,
        Map<Long, Table> tables) {
    /**
     * A thread.
     *
     * @param comm as task_struct holds it, at most 15 bytes
     * @param name as /proc shows it, which may be longer for a kernel thread
     * @param flags the PF_ bits of task_struct.flags
     * @param started nanoseconds of the guest's clock
     * @param standing what else is known of it; its parent, CPU and switches are -1 if they are not
     */
    record Task(
            int tid,
            int pid,
            String comm,
            String name,
            long flags,
            long started,
            Truth.Standing standing) {}

    /**
     * The address space of a process.
     *
     * @param root number of its top page table, or null if it was not found
     * @param areas its VMAs by start
     * @param untold the VMAs whose pages /proc does not tell
     */
    record AddressSpace(@Nullable Long root, SortedMap<Long, Truth.Area> areas, VaRanges untold) {
        /** The VMAs by their end. */
        NavigableMap<Long, Truth.Area> ends() {
            NavigableMap<Long, Truth.Area> ends = new TreeMap<>(Long::compareUnsigned);
            areas.values().forEach(area -> ends.put(area.end(), area));
            return ends;
        }
    }

    /** What a page table's entries lead to. */
    record Table(List<Child> children, List<Run> runs) {
        Table() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * A table below.
     *
     * @param number of the table in the graph
     * @param moved bytes from where the table's own relationships say it lies to where this entry
     *     puts it; 0 unless trees share the table
     */
    record Child(long number, long moved) {}

    /**
     * Pages that follow one another and lead to frames or slots that follow one another.
     *
     * @param va of the first
     * @param target of the first, a {@link Target}
     * @param same whether all pages have that target, as those that a marker stands for
     */
    record Run(long va, long pages, long target, boolean same) {
        Run(long va, long pages, long target) {
            this(va, pages, target, false);
        }
    }

    private static final int DEEPEST = 5;

    /** More than any guest has; a damaged one may share tables without end. */
    private static final int MOST_PAGES = 1 << 24;

    /**
     * Of what a run maps outside every VMA, which only damage makes, so many pages stand for all: a
     * garbled block alone may map a gibibyte.
     */
    private static final long MOST_STRAY = 4096;

    private static final int MOST_TABLES = 1 << 22;

    /** Every page that the process's page tables map or have swapped out, in order. */
    PageList pages(AddressSpace space) {
        List<Run> runs = new ArrayList<>();
        if (space.root() != null) {
            collect(space.root(), 0, 0, new int[1], runs);
        }
        runs.sort((a, b) -> Long.compareUnsigned(a.va(), b.va()));
        NavigableMap<Long, Truth.Area> ends = space.ends();
        PageList pages = new PageList();
        for (Run run : runs) {
            expand(run, ends, pages);
        }
        pages.sort();
        return pages;
    }

    /** Adds a run's pages: all that lie in VMAs, and of the others the first. */
    private void expand(Run run, NavigableMap<Long, Truth.Area> ends, PageList pages) {
        long stray = MOST_STRAY;
        long end = run.va() + run.pages() * pageSize;
        for (long va = run.va(); Long.compareUnsigned(va, end) < 0; ) {
            Map.Entry<Long, Truth.Area> next = ends.higherEntry(va);
            boolean inside = next != null && Long.compareUnsigned(next.getValue().start(), va) <= 0;
            long to = end;
            if (next != null) {
                long edge = inside ? next.getKey() : next.getValue().start();
                to = Long.compareUnsigned(edge, end) < 0 ? edge : end;
            }
            long count = (to - va) / pageSize;
            if (!inside) {
                count = Math.min(stray, count);
                stray -= count;
            }
            if (count > MOST_PAGES - pages.size()) {
                throw tooMany("pages");
            }
            long first = (va - run.va()) / pageSize;
            for (long k = first; k < first + count; k++) {
                pages.add(
                        run.va() + k * pageSize,
                        run.same() ? run.target() : Target.plus(run.target(), k));
            }
            va = to;
        }
    }

    private void collect(long number, long moved, int depth, int[] visited, List<Run> runs) {
        Table table = tables.get(number);
        if (table == null || depth == DEEPEST) {
            return;
        }
        if (++visited[0] > MOST_TABLES) {
            throw tooMany("page tables");
        }
        for (Run run : table.runs()) {
            runs.add(
                    moved == 0
                            ? run
                            : new Run(run.va() + moved, run.pages(), run.target(), run.same()));
        }
        for (Child child : table.children()) {
            collect(child.number(), moved + child.moved(), depth + 1, visited, runs);
        }
    }

    private static UserError tooMany(String what) {
        return UserError.image(
                "a process of the checkpoint has more "
                        + what
                        + " than can be compared: its page tables are damaged");
    }
}
