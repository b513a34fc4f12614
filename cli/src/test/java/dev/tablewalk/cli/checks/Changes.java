package dev.tablewalk.cli.checks;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.types.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Does to a guest's memory what each constraint is there to find. Where things are is asked of the
 * graph of the guest as it was; each change is done to a process of its own.
 */
final class Changes {
    private static final int VM_EXEC = 4;
    private static final int ZOMBIE = 0x20;
    private static final int KERNEL_THREAD = 0x0020_0000;

    private static final String TABLES_OF =
            "MATCH (t:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)-[:POINTS_TO"
                    + " {field: 'pgd'}]->(:PageTable)-[:POINTS_TO*1..4]->(p:PageTable) ";

    /** The entry of the kernel's root for the start of the linear map. */
    private static final String LINEAR_SLOT =
            "MATCH (g:Region {name: 'linear'}) MATCH (:Checkpoint)-[:POINTS_TO {kind: 'kernel'}]->"
                    + "(:PageTable)-[p:POINTS_TO]->(:PageTable) WHERE p.va <= g.start RETURN p.raw"
                    + " ORDER BY p.va DESC LIMIT 1";

    private final EditableGuest guest;
    private final Bits bits;
    private final Checkpoint clean;
    private final Iterator<Long> processes;

    private final List<Expected> expected = new ArrayList<>();
    private final List<Expected> unexpected = new ArrayList<>();
    private final List<Mapped> mapped = new ArrayList<>();

    Changes(EditableGuest guest, Checkpoint clean) {
        this.guest = guest;
        this.bits = Bits.of(guest.architecture());
        this.clean = clean;
        // Processes of one thread that share their memory with nobody and have no children.
        this.processes =
                rows(
                                "MATCH (t:Task {kthread: false})-[:POINTS_TO {field:"
                                    + " 'mm'}]->(m:MmStruct {mm_users: 1}) WHERE t.pid > 1 AND NOT"
                                    + " EXISTS { (t)-[:PARENT_OF]->() } AND m.rss_pages > 8 RETURN"
                                    + " t.pid ORDER BY t.pid",
                                Map.of())
                        .stream()
                        .map(row -> number(row.getFirst()))
                        .iterator();
    }

    /** A process has nothing of the kind that is asked for. */
    private static final class NothingFits extends RuntimeException {
        private static final long serialVersionUID = 1;

        NothingFits(String what) {
            super(what);
        }
    }

    /** Something to do to a process; it looks for all that it needs before it writes. */
    private interface Change {
        void to(long pid);
    }

    /** Does it to the next process that has what it takes. */
    private void once(Change change) {
        NothingFits last = null;
        for (int tries = 0; tries < 20 && processes.hasNext(); tries++) {
            try {
                change.to(processes.next());
                return;
            } catch (NothingFits e) {
                last = e;
            }
        }
        throw new IllegalStateException("no process is left for a change", last);
    }

    List<Expected> expected() {
        return expected;
    }

    /** Rows that would tell of the wrong process. */
    List<Expected> unexpected() {
        return unexpected;
    }

    /** Who maps a frame, and where. */
    record Mapped(long pa, long pid, long va) {}

    List<Mapped> mapped() {
        return mapped;
    }

    private List<List<@Nullable Object>> rows(String cypher, Map<String, Object> parameters) {
        List<List<@Nullable Object>> all = new ArrayList<>();
        try (Rows rows = clean.query(cypher, parameters)) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    private List<@Nullable Object> row(String cypher, long pid) {
        List<List<@Nullable Object>> rows = rows(cypher + " LIMIT 1", Map.of("pid", pid));
        if (rows.isEmpty()) {
            throw new NothingFits("pid " + pid + ": " + cypher);
        }
        return rows.getFirst();
    }

    private static long number(@Nullable Object value) {
        return value instanceof String text
                ? Hex.parse(text)
                : (Long) Objects.requireNonNull(value);
    }

    private void expect(String constraint, String column, Object value) {
        expected.add(new Expected(constraint, column, value));
    }

    /** An entry of a table: where it stands, and what it holds. */
    private record Entry(long pa, long raw, long va) {}

    private Entry entry(List<@Nullable Object> row) {
        long pa = number(row.get(0)) + 8 * number(row.get(1));
        return new Entry(pa, guest.read(pa), number(row.get(2)));
    }

    /** A single present page of a process, not shared, in a VMA of such permissions. */
    private Entry page(long pid, String where) {
        return entry(
                row(
                        TABLES_OF
                                + "MATCH (p)-[l:POINTS_TO {valid: true, user: true}]->(r:PageRange)"
                                + " MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE p.level = 'PTE' AND"
                                + " v.start <= l.va AND l.va < v.end AND "
                                + where
                                + " RETURN p.pa, l.index, l.va ORDER BY l.va",
                        pid));
    }

    /** An entry of a table of that level that leads to a table of the process. */
    private Entry pointer(long pid, String toLevel, String where) {
        return entry(
                row(
                        TABLES_OF
                                + "MATCH (p)-[l:POINTS_TO]->(b:PageTable {level: '"
                                + toLevel
                                + "'}) WHERE "
                                + where
                                + " RETURN p.pa, l.index, l.va ORDER BY l.va",
                        pid));
    }

    /** Physical address of an entry that holds nothing, in a table of that level. */
    private Entry empty(long pid, String level) {
        List<@Nullable Object> table =
                row(
                        TABLES_OF
                                + "WHERE p.level = '"
                                + level
                                + "' RETURN p.pa, p.va, id(m) ORDER BY p.va",
                        pid);
        int shift = guest.format().pageShift();
        if (level.equals("PMD")) {
            shift += guest.format().pageShift() - 3;
        }
        List<List<@Nullable Object>> vmas =
                rows(
                        "MATCH (:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(:MmStruct)"
                                + "-[:HAS_VMA]->(v:Vma) RETURN v.start, v.end",
                        Map.of("pid", pid));
        for (int i = 1 << (guest.format().pageShift() - 3); --i >= 0; ) {
            long pa = number(table.get(0)) + 8L * i;
            long va = number(table.get(1)) + ((long) i << shift);
            long end = va + (1L << shift);
            boolean inVma =
                    vmas.stream().anyMatch(v -> number(v.get(0)) < end && number(v.get(1)) > va);
            if (guest.read(pa) == 0 && !inVma) {
                return new Entry(pa, 0, va);
            }
        }
        throw new NothingFits("every entry of that table is used");
    }

    private long root(long pid) {
        return number(
                row(
                                "MATCH (:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(:MmStruct)"
                                        + "-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)"
                                        + " RETURN root.pa",
                                pid)
                        .getFirst());
    }

    /** An entry of a process's root that holds nothing, in the middle of its own half. */
    private Entry emptyOfRoot(long pid) {
        long root = root(pid);
        int index = guest.format().userEntries() / 2;
        long pa = root + 8L * index;
        if (guest.read(pa) != 0) {
            throw new NothingFits("that entry is used");
        }
        return new Entry(pa, 0, (long) index << guest.format().shift(0));
    }

    private long table(long pid, String level) {
        return number(
                row(TABLES_OF + "WHERE p.level = '" + level + "' RETURN p.pa", pid).getFirst());
    }

    private long address(long pid, String of) {
        return number(
                row(
                                "MATCH (t:Task {pid: $pid})-[:POINTS_TO {field:"
                                        + " 'mm'}]->(m:MmStruct) RETURN "
                                        + of
                                        + ".address",
                                pid)
                        .getFirst());
    }

    private long task(long pid) {
        return address(pid, "t");
    }

    private long mm(long pid) {
        return address(pid, "m");
    }

    private long withAddress(long raw, long pa) {
        return guest.format().withAddress(raw, guest.format().levels() - 1, pa);
    }

    /**
     * A frame that nobody uses, emptied: a guest that has been busy has hardly one that holds
     * nothing, nor a whole range of free ones.
     */
    private long freeFrame(int skip) {
        int seen = 0;
        for (List<@Nullable Object> range :
                rows(
                        "MATCH (r:PageRange) WHERE r.frame = 'buddy' OR r.frames_buddy > 0"
                                + " RETURN r.pa, r.pages ORDER BY r.pa",
                        Map.of())) {
            for (long i = 0; i < number(range.get(1)); i++) {
                long pa = number(range.get(0)) + i * guest.format().pageSize();
                if (guest.isFree(pa) && seen++ == skip) {
                    guest.bytes(pa, new byte[Math.toIntExact(guest.format().pageSize())]);
                    return pa;
                }
            }
        }
        throw new IllegalStateException("no frame is free");
    }

    /** A frame of the slab allocator. */
    private long slabFrame() {
        return number(
                rows("MATCH (r:PageRange {frame: 'slab'}) RETURN r.pa ORDER BY r.pa", Map.of())
                        .getFirst()
                        .getFirst());
    }

    private long behindRam() {
        long page = guest.format().pageSize();
        long last = guest.memory().physical().ranges().getLast().end();
        return ((last + (1L << 30)) & -page) + 16 * page;
    }

    // ---- page tables ----

    void pageTables() {
        once(
                pid -> {
                    Entry orphaned = pointer(pid, "PTE", "b.entries_leaf > 3");
                    expect(
                            "orphan_tables",
                            "pa",
                            guest.format().address(orphaned.raw, guest.format().levels() - 2));
                    guest.u64(orphaned.pa, 0);
                });

        once(
                pid -> {
                    long upper =
                            guest.format().levels() > 3 ? table(pid, "PUD") : table(pid, "PMD");
                    guest.u64(empty(pid, "PMD").pa, upper | bits.table());
                    expect("table_cycles", "table_pa", upper);
                });

        once(
                pid -> {
                    Entry lost = empty(pid, "PMD");
                    guest.u64(lost.pa, withAddress(bits.table(), behindRam()));
                    expect("tables_outside_ram", "table_pa", lost.pa & -guest.format().pageSize());
                });

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'rw-p'");
                    guest.u64(page.pa, withAddress(page.raw, behindRam()));
                    expect("leaves_outside_ram", "table_pa", page.pa & -guest.format().pageSize());
                });

        once(
                pid -> {
                    Entry undefined =
                            bits.isUndefinedInRoot() ? emptyOfRoot(pid) : empty(pid, "PTE");
                    guest.u64(undefined.pa, bits.undefined());
                    expect(
                            "reserved_descriptors",
                            "table_pa",
                            undefined.pa & -guest.format().pageSize());
                });

        once(
                pid -> {
                    long freed = freeFrame(0);
                    guest.u64(empty(pid, "PMD").pa, withAddress(bits.table(), freed));
                    expect("tables_in_wrong_frames", "pa", freed);
                });

        share("ASC");
        share("DESC");

        once(
                pid -> {
                    long kernels = linearTable(0);
                    Entry hole = empty(pid, "PMD");
                    guest.u64(hole.pa, withAddress(bits.table(), kernels));
                    expect("kernel_tables_under_user_roots", "pa", kernels);
                    expect("pages_outside_vmas", "va", hole.va + firstLeaf(kernels));
                });

        once(this::tableOfProcessInKernel);

        once(
                pid -> {
                    long seen = table(pid, "PTE");
                    Entry page = page(pid, "v.perms = 'rw-p'");
                    guest.u64(page.pa, withAddress(page.raw, seen));
                    expect("tables_mapped_to_user", "table_pa", seen);
                });

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'rw-p' AND r.mapcount = 1 AND l.pages = 1");
                    guest.u64(page.pa, withAddress(page.raw, slabFrame()));
                    expect("kernel_memory_mapped_to_user", "va", page.va);
                    expect(
                            "mapcounts",
                            "pa",
                            guest.format().address(page.raw, guest.format().levels() - 1));
                });

        once(
                pid -> {
                    long unmarked = table(pid, "PTE");
                    guest.u32(
                            guest.pa(guest.member(guest.structPage(unmarked), "page", "page_type")),
                            -1);
                    expect("unmarked_user_tables", "pa", unmarked);
                });

        once(
                pid -> {
                    long bytes = guest.member(mm(pid), "mm_struct", "pgtables_bytes.counter");
                    guest.u64(
                            guest.pa(bytes), guest.memory().u64(bytes) + guest.format().pageSize());
                    expect("pgtables_bytes", "pid", pid);
                });

        sharedKernelTable();
        unmarkedKernelTable();
    }

    /**
     * Has a process use the lowest or the highest table of another that comes after it, and is
     * walked after it. The hole is in the first table of its level that the process has: above what
     * lies lowest, below what lies highest.
     */
    private void share(String order) {
        once(
                pid -> {
                    long victim = processes.next();
                    List<@Nullable Object> page =
                            row(
                                    TABLES_OF
                                            + "MATCH (p)-[l:POINTS_TO {valid: true, user: true}]->"
                                            + "(r:PageRange) WHERE p.level = 'PTE' RETURN p.pa,"
                                            + " p.va, l.va, r.pa ORDER BY l.va "
                                            + order,
                                    victim);
                    Entry hole = empty(pid, "PMD");
                    long shared = number(page.get(0));
                    long va = number(page.get(2));
                    long here = hole.va + va - number(page.get(1));
                    guest.u64(hole.pa, withAddress(bits.table(), shared));
                    expect("shared_user_tables", "pa", shared);
                    expect("pages_outside_vmas", "va", here);
                    expect("pages_outside_vmas", "pid", pid);
                    expect("rss_counters", "pid", pid);
                    expect("pgtables_bytes", "pid", pid);
                    quiet(victim);
                    mapped.add(new Mapped(number(page.get(3)), pid, here));
                    mapped.add(new Mapped(number(page.get(3)), victim, va));
                });
    }

    /** A process to which nothing was done, though another has a part of it. */
    private void quiet(long pid) {
        for (String constraint :
                List.of(
                        "pages_outside_vmas",
                        "entries_looser_than_vma",
                        "entries_tighter_than_vma",
                        "rss_counters",
                        "pgtables_bytes")) {
            unexpected.add(new Expected(constraint, "pid", pid));
        }
    }

    /** Has the kernel's own tree, which is walked first, lead to a table of a process. */
    private void tableOfProcessInKernel(long pid) {
        Entry page = page(pid, "v.perms = 'rw-p' AND r.mapcount = 1");
        long table = page.pa & -guest.format().pageSize();
        long offset =
                page.va
                        - number(
                                row(TABLES_OF + "WHERE p.pa = " + table + " RETURN p.va", pid)
                                        .getFirst());
        Entry hole = emptyOfKernel();
        guest.u64(hole.pa, withAddress(bits.table(), table));
        expect("kernel_half_user_access", "va", hole.va + offset);
        expect("shared_user_tables", "pa", table);
        quiet(pid);
        long pa = guest.format().address(page.raw, guest.format().levels() - 1);
        unexpected.add(new Expected("mapcounts", "pa", pa));
        mapped.add(new Mapped(pa, pid, page.va));
    }

    /** How far behind the first address that a table covers it first maps something. */
    private long firstLeaf(long table) {
        return number(
                rows(
                                "MATCH (p:PageTable {pa: $pa})-[l:POINTS_TO]->(:PageRange) RETURN"
                                        + " l.va - p.va AS behind ORDER BY behind LIMIT 1",
                                Map.of("pa", table))
                        .getFirst()
                        .getFirst());
    }

    /** A table of the last level that is part of the linear map. */
    private long linearTable(int skip) {
        return number(
                rows(
                                "MATCH (g:Region {name: 'linear'}) MATCH (:Checkpoint)-[:POINTS_TO"
                                    + " {kind:"
                                    + " 'kernel'}]->(:PageTable)-[:POINTS_TO*1..4]->(p:PageTable"
                                    + " {level: 'PTE'}) WHERE g.start <= p.va AND p.va < g.end"
                                    + " RETURN DISTINCT p.pa ORDER BY p.pa SKIP "
                                        + skip
                                        + " LIMIT 1",
                                Map.of())
                        .getFirst()
                        .getFirst());
    }

    private void sharedKernelTable() {
        long twice = linearTable(1);
        guest.u64(emptyOfKernel().pa, withAddress(bits.table(), twice));
        expect("shared_kernel_tables", "pa", twice);
    }

    /** An entry of the kernel's that holds nothing, in a table above the last level. */
    private Entry emptyOfKernel() {
        int shift = 2 * guest.format().pageShift() - 3;
        for (List<@Nullable Object> table :
                rows(
                        "MATCH (:Checkpoint)-[:POINTS_TO {kind: 'kernel'}]->(:PageTable)"
                                + "-[:POINTS_TO*1..4]->(p:PageTable {level: 'PMD'}) RETURN DISTINCT"
                                + " p.pa, p.va ORDER BY p.pa DESC",
                        Map.of())) {
            long pmd = number(table.get(0));
            for (long i = 0; i < guest.format().pageSize() / 8; i++) {
                if (guest.read(pmd + 8 * i) == 0) {
                    return new Entry(pmd + 8 * i, 0, number(table.get(1)) + (i << shift));
                }
            }
        }
        throw new IllegalStateException("no entry of the kernel's is empty");
    }

    /** Only where the kernel marks its own tables. */
    private void unmarkedKernelTable() {
        List<List<@Nullable Object>> marked =
                rows(
                        "MATCH (c:Checkpoint)-[:POINTS_TO {kind:"
                            + " 'kernel'}]->(:PageTable)-[:POINTS_TO*1..4]->(p:PageTable {marked:"
                            + " true}) WHERE 'kernel ' + p.level IN c.marked_levels RETURN DISTINCT"
                            + " p.level, collect(DISTINCT p.pa)",
                        Map.of());
        for (List<@Nullable Object> level : marked) {
            List<?> tables = (List<?>) Objects.requireNonNull(level.get(1));
            if (tables.size() > 2) { // so that most remain marked
                long pa = (Long) Objects.requireNonNull(tables.getFirst());
                guest.u32(guest.pa(guest.member(guest.structPage(pa), "page", "page_type")), -1);
                expect("unmarked_kernel_tables", "pa", pa);
                return;
            }
        }
    }

    // ---- permissions ----

    void permissions() {
        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'rw-p' AND l.writable AND l.pages = 1");
                    guest.u64(page.pa, bits.executable(page.raw));
                    expect("user_writable_executable", "va", page.va);
                    expect("entries_looser_than_vma", "va", page.va);
                });

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'r-xp' AND l.executable");
                    guest.u64(page.pa, bits.notExecutable(page.raw));
                    expect("entries_tighter_than_vma", "va", page.va);
                });

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'r-xp'");
                    guest.u64(page.pa, bits.executableByKernel(page.raw));
                    expect("user_pages_kernel_executable", "va", page.va);
                });

        once(
                pid -> {
                    Entry limited =
                            pointer(
                                    pid,
                                    "PTE",
                                    "EXISTS { (b)-[:POINTS_TO {executable: true, user:"
                                            + " true}]->(:PageRange) }");
                    guest.u64(limited.pa, bits.nothingExecutable(limited.raw));
                    expect(
                            "table_limits_contradicted",
                            "table_pa",
                            limited.pa & -guest.format().pageSize());
                });

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'rw-p' AND l.pages = 1");
                    long image = guest.pa(kernelPage("image_rodata", 0).va);
                    guest.u64(page.pa, withAddress(page.raw, image));
                    expect("kernel_pages_in_vmas", "va", page.va);
                    expect("kernel_text_writable", "alias_va", page.va);
                });

        Entry text = kernelPage("image_text", 0);
        Entry alias = aliasOf(guest.pa(text.va));
        guest.u64(alias.pa, bits.writable(alias.raw));
        expect("kernel_text_writable", "text_va", text.va);

        Entry executable = kernelPage("image_text", 1);
        guest.u64(executable.pa, bits.writable(executable.raw));
        expect("kernel_writable_executable", "va", executable.va);

        // The identity map of kernels before 6.0 is writable, and has no limit on who executes it.
        for (List<@Nullable Object> row :
                rows(
                        "MATCH (:Checkpoint)-[s:POINTS_TO]->(:PageTable)-[:POINTS_TO*1..4]->(p)"
                                + "-[l:POINTS_TO {kernel_executable: true, writable: false}]->"
                                + "(r:PageRange) WHERE l.va = r.pa AND NOT l.executable RETURN"
                                + " p.pa, l.index, l.va LIMIT 1",
                        Map.of())) {
            Entry identity = entry(row);
            guest.u64(identity.pa, bits.writable(identity.raw));
            expect("kernel_writable_executable", "va", identity.va);
        }

        Entry open = kernelPage("vmalloc", 0);
        guest.u64(open.pa, bits.forUsers(open.raw));
        expect("kernel_half_user_access", "va", open.va);

        once(
                pid -> {
                    Entry page = page(pid, "v.perms = 'rw-p' AND r.frame = 'anon'");
                    Entry run = kernelPage("vmalloc", 1);
                    long pa = guest.format().address(page.raw, guest.format().levels() - 1);
                    guest.u64(run.pa, bits.executableByKernel(withAddress(run.raw, pa)));
                    expect("kernel_executes_user_frames", "va", run.va);
                });

        if (guest.format().userEntries() < guest.format().entries(0)) {
            once(this::kernelOfItsOwn);
        }
        exposedKernel();
    }

    /** Has a process's root have an entry for the kernel's addresses that no other has. */
    private void kernelOfItsOwn(long pid) {
        long root = root(pid);
        for (int i = guest.format().entries(0) - 1; i >= guest.format().userEntries(); i--) {
            long pa = root + 8L * i;
            if (guest.read(pa) == 0) {
                long linear = number(rows(LINEAR_SLOT, Map.of()).getFirst().getFirst());
                guest.u64(pa, linear);
                expect("kernel_half_differs", "pid", pid);
                return;
            }
        }
        throw new NothingFits("its root is full");
    }

    /** Where processes enter the kernel by a root of its own. */
    private void exposedKernel() {
        for (List<@Nullable Object> row :
                rows(
                        "MATCH (:Checkpoint)-[:POINTS_TO {kind: 'trampoline'}]->(:PageTable)"
                                + "-[:POINTS_TO*1..4]->(p:PageTable {level: 'PTE'})"
                                + "-[l:POINTS_TO]->(:PageRange) WHERE NOT EXISTS { MATCH"
                                + " (g:Region {special: true}) WHERE g.start <= l.va AND l.va <"
                                + " g.end } RETURN p.pa, l.index, l.va ORDER BY l.va LIMIT 1",
                        Map.of())) {
            Entry known = entry(row);
            long page = guest.format().pageSize();
            long table = known.pa & -page;
            for (long pa = known.pa; pa < table + page; pa += 8) {
                if (guest.read(pa) == 0) {
                    guest.u64(pa, withAddress(known.raw, slabFrame()));
                    expect(
                            "entry_root_exposes_kernel",
                            "va",
                            known.va + (pa - known.pa) / 8 * page);
                    return;
                }
            }
        }
    }

    /** The nth of the entries in a row by which the kernel maps pages, or blocks, in a region. */
    private Entry kernelPage(String region, int nth) {
        List<@Nullable Object> row =
                rows(
                                "MATCH (g:Region {name: $region}) MATCH (image:Region {name:"
                                    + " 'image'}) MATCH (:Checkpoint)-[:POINTS_TO {kind:"
                                    + " 'kernel'}]->"
                                    + "(:PageTable)-[:POINTS_TO*1..4]->(p:PageTable)-[l:POINTS_TO"
                                    + " {valid: true}]->(:PageRange {kind: 'ram'}) WHERE g.start <="
                                    + " l.va AND l.va < g.end AND ($inImage OR l.va < image.start"
                                    + " OR l.va >= image.end) AND l.va % l.size = 0 AND l.entries >"
                                    + " $nth RETURN p.pa, l.index + $nth, l.va + $nth * l.size"
                                    + " ORDER BY l.va LIMIT 1",
                                Map.of(
                                        "region",
                                        region,
                                        "inImage",
                                        region.startsWith("image"),
                                        "nth",
                                        nth))
                        .getFirst();
        return entry(row);
    }

    /** The entry of the linear map for a page. */
    private Entry aliasOf(long pa) {
        List<@Nullable Object> row =
                rows(
                                "MATCH (g:Region {name: 'linear'}) MATCH"
                                    + " (p:PageTable)-[l:POINTS_TO]->(r:PageRange) WHERE g.start <="
                                    + " l.va AND l.va < g.end AND r.pa <= $pa AND $pa < r.pa +"
                                    + " l.pages * $page RETURN p.pa, l.index + ($pa - r.pa) /"
                                    + " l.size, l.va LIMIT 1",
                                Map.of("pa", pa, "page", guest.format().pageSize()))
                        .getFirst();
        return entry(row);
    }

    // ---- tasks ----

    void tasks() {
        once(
                pid -> {
                    guest.unlink(guest.member(task(pid), "task_struct", "tasks"));
                    expect("tasks_not_in_list", "pid", pid);
                    expect("children_not_in_list", "pid", pid);
                });

        once(
                pid -> {
                    guest.u64(guest.pa(guest.member(pidOf(pid), "pid", "tasks")), 0);
                    expect("tasks_without_pid", "pid", pid);
                });

        once(
                pid -> {
                    guest.unlink(guest.member(task(pid), "task_struct", "sibling"));
                    expect("processes_without_parent", "pid", pid);
                });

        once(
                pid -> {
                    guest.unlink(guest.member(task(pid), "task_struct", "tasks"));
                    guest.unlink(guest.member(task(pid), "task_struct", "sibling"));
                    guest.u64(guest.pa(guest.member(pidOf(pid), "pid", "tasks")), 0);
                    expect("tasks_only_in_memory", "pid", pid);
                });

        once(
                pid -> {
                    guest.u32(guest.pa(guest.member(task(pid), "task_struct", "usage")), 0);
                    expect("tasks_not_in_memory_scan", "pid", pid);
                });

        once(
                pid -> {
                    long left = mm(pid);
                    guest.u64(guest.pa(guest.member(task(pid), "task_struct", "mm")), 0);
                    guest.u64(guest.pa(guest.member(task(pid), "task_struct", "active_mm")), 0);
                    expect("user_tasks_without_mm", "pid", pid);
                    expect("mms_without_task", "mm", Hex.of(left));
                });

        once(
                pid -> {
                    guest.u32(
                            guest.pa(guest.member(task(pid), "task_struct", "exit_state")), ZOMBIE);
                    expect("ended_tasks_with_mm", "pid", pid);
                });

        once(
                pid -> {
                    long flags = guest.pa(guest.member(task(pid), "task_struct", "flags"));
                    guest.u32(flags, (int) guest.read(flags) | KERNEL_THREAD);
                    expect("kernel_threads_with_mm", "pid", pid);
                });

        once(
                pid -> {
                    long host = processes.next();
                    guest.u64(guest.pa(guest.member(task(pid), "task_struct", "mm")), mm(host));
                    expect("several_processes_on_one_mm", "mm", Hex.of(mm(host)));
                });

        once(
                pid -> {
                    byte[] name = new byte[guest.field("task_struct", "comm").size()];
                    byte[] text = "kthreadd".getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(text, 0, name, 0, text.length);
                    guest.bytes(guest.pa(guest.member(task(pid), "task_struct", "comm")), name);
                    expect("kernel_names_with_mm", "pid", pid);
                });
    }

    private long pidOf(long pid) {
        return guest.memory().u64(guest.member(task(pid), "task_struct", "thread_pid"));
    }

    // ---- VMAs ----

    void vmas() {
        once(
                pid -> {
                    Entry outside = empty(pid, "PTE");
                    Entry page = page(pid, "v.perms = 'rw-p'");
                    guest.u64(outside.pa, page.raw);
                    expect("pages_outside_vmas", "va", outside.va);
                    expect("rss_counters", "pid", pid);
                });

        once(
                pid -> {
                    addTo(mm(pid), "map_count", 1);
                    expect("vma_count", "pid", pid);
                });

        once(
                pid -> {
                    long total = guest.member(mm(pid), "mm_struct", "total_vm");
                    guest.u64(guest.pa(total), guest.memory().u64(total) + 1);
                    expect("vma_sizes", "pid", pid);
                });

        once(
                pid -> {
                    List<@Nullable Object> heap =
                            vma(pid, "v.perms = 'rw-p' AND NOT EXISTS { (v)-[:MAPS]->() }");
                    long flags = guest.member(number(heap.get(0)), "vm_area_struct", "vm_flags");
                    guest.u64(guest.pa(flags), guest.memory().u64(flags) | VM_EXEC);
                    expect("executable_anonymous", "start", number(heap.get(1)));
                });

        once(
                pid -> {
                    List<@Nullable Object> grown =
                            vma(pid, "EXISTS { (m)-[:HAS_VMA]->(w:Vma) WHERE w.start = v.end }");
                    long end = guest.member(number(grown.get(0)), "vm_area_struct", "vm_end");
                    guest.u64(guest.pa(end), guest.memory().u64(end) + guest.format().pageSize());
                    expect("overlapping_vmas", "start", number(grown.get(1)));
                });

        once(
                pid -> {
                    List<@Nullable Object> mapped =
                            vma(pid, "v.perms = 'r-xp' AND EXISTS { (v)-[:MAPS]->() }");
                    long file =
                            guest.memory()
                                    .u64(
                                            guest.member(
                                                    number(mapped.get(0)),
                                                    "vm_area_struct",
                                                    "vm_file"));
                    long dentry = guest.memory().u64(guest.member(file, "file", "f_path.dentry"));
                    Field hashed = guest.field("dentry", "d_hash.pprev");
                    guest.u64(guest.pa(dentry + hashed.offset()), 0);
                    expect("executable_deleted_files", "start", number(mapped.get(1)));
                });
    }

    private void addTo(long mm, String member, int n) {
        long at = guest.member(mm, "mm_struct", member);
        guest.u32(guest.pa(at), guest.memory().u32(at) + n);
    }

    private List<@Nullable Object> vma(long pid, String where) {
        return row(
                "MATCH (:Task {pid: $pid})-[:POINTS_TO {field:"
                        + " 'mm'}]->(m:MmStruct)-[:HAS_VMA]->(v:Vma) WHERE "
                        + where
                        + " RETURN v.address, v.start ORDER BY v.start",
                pid);
    }

    /** A table whose content is still there after it was freed. */
    long staleTable() {
        long from = table(processes.next(), "PTE");
        long frame = freeFrame(1);
        for (long i = 0; i < guest.format().pageSize(); i += 8) {
            guest.u64(frame + i, guest.read(from + i));
        }
        return frame;
    }
}
