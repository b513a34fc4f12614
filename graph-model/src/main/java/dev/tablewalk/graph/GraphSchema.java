package dev.tablewalk.graph;

import static dev.tablewalk.graph.GraphSchema.ValueType.BOOLEAN;
import static dev.tablewalk.graph.GraphSchema.ValueType.INTEGER;
import static dev.tablewalk.graph.GraphSchema.ValueType.TEXT;
import static dev.tablewalk.graph.GraphSchema.ValueType.TEXTS;

import java.util.List;

/**
 * What the graph's properties are called and mean, and which of them a user looks nodes up by.
 * {@code docs/graph-schema.md} is made of this.
 */
public final class GraphSchema {
    /** Changes when a checkpoint of before could no longer be read as one of now. */
    public static final int VERSION = 5;

    private GraphSchema() {}

    /** One index: a label and a property key. */
    public record Index(NodeLabel label, String property) {}

    /** The types that properties have; integers are signed and have 64 bits. */
    public enum ValueType {
        INTEGER("integer"),
        BOOLEAN("boolean"),
        TEXT("text"),
        TEXTS("list of texts"),
        ANY("as the property's");

        private final String text;

        ValueType(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One property.
     *
     * @param key its name; one that ends in {@code *} stands for all that begin so
     * @param optional whether it may be missing
     * @param meaning in words, with its unit
     */
    public record Property(String key, ValueType type, boolean optional, String meaning) {
        /** Whether a key is this property's. */
        public boolean covers(String name) {
            return key.endsWith("*")
                    ? name.startsWith(key.substring(0, key.length() - 1))
                    : name.equals(key);
        }
    }

    /** A label and what its nodes are and have. */
    public record Node(NodeLabel label, String meaning, List<Property> properties) {}

    /**
     * A kind of relationship: a type may have several, between different labels.
     *
     * @param from label that it starts at, or several
     * @param to label that it ends at, or several
     */
    public record Relationship(
            RelationshipType type,
            String from,
            String to,
            String meaning,
            List<Property> properties) {}

    private static Property property(String key, ValueType type, String meaning) {
        return new Property(key, type, false, meaning);
    }

    private static Property optional(String key, ValueType type, String meaning) {
        return new Property(key, type, true, meaning);
    }

    private static final Property INDEX =
            property("index", INTEGER, "the entry's place in its table; of a run, the first's");
    private static final Property RAW =
            property("raw", INTEGER, "the entry as memory holds it; of a run, the first's");

    /** Every label but the second ones. */
    public static final List<Node> NODES =
            List.of(
                    new Node(
                            NodeLabel.CHECKPOINT,
                            "The checkpoint itself; there is one.",
                            List.of(
                                    property("name", TEXT, "as it was ingested"),
                                    optional(
                                            "guest",
                                            TEXT,
                                            "a name of the guest: moments of one guest have the"
                                                    + " same"),
                                    optional(
                                            "guest_from",
                                            TEXT,
                                            "where that is known from: `given` (`--guest`), `dmi`"
                                                    + " (product uuid), `nodename`, or `boot_id`"
                                                    + " where it has no name"),
                                    optional(
                                            "captured_at",
                                            INTEGER,
                                            "when RAM was taken, in milliseconds since 1970, UTC"),
                                    optional(
                                            "captured_from",
                                            TEXT,
                                            "`timekeeper` (the guest's own clock, as it last"
                                                    + " ticked) or `image` (when the file was"
                                                    + " written last)"),
                                    optional("boot_id", TEXT, "moments of one boot have the same"),
                                    optional(
                                            "boot_from",
                                            TEXT,
                                            "`first_tasks` (made of the kernel's build and"
                                                    + " place, and of when its first tasks began"
                                                    + " and their stack canaries), or"
                                                    + " `random_boot_id` where these cannot be"
                                                    + " read"),
                                    optional(
                                            "random_boot_id",
                                            TEXT,
                                            "`/proc/sys/kernel/random/boot_id`; missing until"
                                                    + " somebody in the guest has read that, for"
                                                    + " then the kernel makes it up, and where the"
                                                    + " kernel has no symbols of data"),
                                    property("kernel_release", TEXT, "`uname -r`"),
                                    property(
                                            "kernel_build_id",
                                            TEXT,
                                            "in hexadecimal; empty if the kernel does not tell"),
                                    property("kernel_version", TEXT, "the kernel's banner"),
                                    property("arch", TEXT, "`aarch64`, `x86_64`"),
                                    property("page_size", INTEGER, "bytes"),
                                    property(
                                            "va_bits",
                                            INTEGER,
                                            "width of a virtual address as the kernel runs"),
                                    property(
                                            "pa_bits",
                                            INTEGER,
                                            "width of a physical address that an entry can hold"),
                                    property("levels", INTEGER, "of page tables"),
                                    property(
                                            "lpa2",
                                            BOOLEAN,
                                            "whether descriptors have the form of Arm's LPA2"),
                                    property(
                                            "kaslr_offset",
                                            INTEGER,
                                            "bytes by which the kernel's addresses are moved"),
                                    property(
                                            "ram",
                                            TEXT,
                                            "ranges of guest RAM, `PA:SIZE@FILE_OFFSET`, comma"
                                                    + " separated; `PA:SIZE` of a format that"
                                                    + " says where its bytes are"),
                                    property("image", TEXT, "the file it was read from"),
                                    property(
                                            "image_sha256",
                                            TEXT,
                                            "of that file, or how else it is known"),
                                    property("tool_version", TEXT, "of the tablewalk that read it"),
                                    property("anomalies", INTEGER, "how many `Anomaly` nodes"),
                                    property(
                                            "task_views",
                                            TEXTS,
                                            "the ways by which tasks were looked for:"
                                                    + " `Task.found_by` holds some of them"),
                                    property(
                                            "marked_levels",
                                            TEXTS,
                                            "where the kernel marks its tables in `struct page`:"
                                                    + " `user PTE`, `kernel PMD` and their like"),
                                    property(
                                            "hashed",
                                            BOOLEAN,
                                            "whether a hash of each frame of RAM is kept beside the"
                                                    + " graph (`ingest --hash`)"),
                                    optional(
                                            "count_*",
                                            INTEGER,
                                            "how many of a thing were found, such as"
                                                    + " `count_tasks`; `count_torn_roots` of"
                                                    + " `count_compared_roots` are not as the"
                                                    + " kernel counts them: see `Anomaly`"),
                                    optional(
                                            "found_*",
                                            TEXT,
                                            "what a step of finding the kernel found, and what"
                                                    + " proves it; `found_moment`: whether the"
                                                    + " image is of one moment; where RAM holds"
                                                    + " several kernels, `found_kernel_taken` is"
                                                    + " the number of this one, `found_kernel_2`"
                                                    + " and so on are the others, and"
                                                    + " `found_kernels_gone` those of which no more"
                                                    + " than a description is left"))),
                    new Node(
                            NodeLabel.CPU,
                            "A vCPU whose registers are in the image. Registers are in hexadecimal;"
                                    + " those are missing that the image's format leaves out. Of a"
                                    + " kernel that is a host's they are the host's.",
                            List.of(
                                    optional(
                                            "id",
                                            INTEGER,
                                            "its number; none if the image does not tell whose"
                                                    + " registers these are"),
                                    optional(
                                            "register_*",
                                            TEXT,
                                            "each register that says how the kernel's addresses"
                                                    + " are translated, and where it is in its"
                                                    + " code, by its name in the architecture's"
                                                    + " manual"))),
                    new Node(
                            NodeLabel.TASK,
                            "A `task_struct`: a process's leader or another thread, a kernel"
                                    + " thread, or a CPU's idle task.",
                            List.of(
                                    property("address", TEXT, "kernel virtual address"),
                                    property(
                                            "pid",
                                            INTEGER,
                                            "the thread's id, as the kernel has it"),
                                    property("tgid", INTEGER, "the process's id"),
                                    property("comm", TEXT, "`task_struct.comm`, at most 15 bytes"),
                                    property(
                                            "name",
                                            TEXT,
                                            "as `/proc/PID/comm` gives it: longer for some kernel"
                                                    + " threads"),
                                    property(
                                            "state",
                                            TEXT,
                                            "one letter, as `/proc/PID/status` gives it"),
                                    property("kthread", BOOLEAN, "whether it is a kernel thread"),
                                    property("idle", BOOLEAN, "whether it is a CPU's idle task"),
                                    property(
                                            "flags",
                                            INTEGER,
                                            "`task_struct.flags`, the `PF_` bits"),
                                    property(
                                            "start_time",
                                            INTEGER,
                                            "nanoseconds of the guest's monotonic clock"),
                                    property(
                                            "uid",
                                            INTEGER,
                                            "real user id; -1 if it cannot be read"),
                                    property("exit_state", INTEGER, "`task_struct.exit_state`"),
                                    property(
                                            "exec_id",
                                            INTEGER,
                                            "`task_struct.self_exec_id`: grows by one with each"
                                                    + " `execve`, a child starts with its parent's;"
                                                    + " -1 if the kernel does not describe it"),
                                    property(
                                            "cpu",
                                            INTEGER,
                                            "the CPU that it is on, or was on last; -1 if the"
                                                    + " kernel does not describe it"),
                                    property(
                                            "context_switches",
                                            INTEGER,
                                            "how often it was switched out, `nvcsw` and `nivcsw`:"
                                                    + " as long as that stays, it has not run; -1"
                                                    + " if the kernel does not describe it"),
                                    property(
                                            "found_by",
                                            TEXTS,
                                            "the views that it is in: `init_task`, `tasks` (the"
                                                    + " list of leaders), `threads`, `children`,"
                                                    + " `rq` (idle tasks), `pid` (the pid IDR),"
                                                    + " `scan` (by its shape in RAM)"))),
                    new Node(
                            NodeLabel.MM_STRUCT,
                            "An `mm_struct`: an address space, however many tasks share it.",
                            List.of(
                                    property("address", TEXT, "kernel virtual address"),
                                    property(
                                            "pgd",
                                            TEXT,
                                            "kernel virtual address of its root table"),
                                    property("mm_users", INTEGER, "tasks and others that use it"),
                                    property("mm_count", INTEGER, "references to the struct"),
                                    property("total_vm", INTEGER, "pages of its VMAs"),
                                    optional(
                                            "rss_pages",
                                            INTEGER,
                                            "pages, the sum of the kernel's counters; absent if"
                                                    + " unknown"),
                                    property("pgtables_bytes", INTEGER, "bytes of its page tables"),
                                    property(
                                            "map_count",
                                            INTEGER,
                                            "VMAs, by the kernel's own count"),
                                    optional(
                                            "swap_pages",
                                            INTEGER,
                                            "pages in swap, by the kernel's own counter; absent if"
                                                    + " unknown"),
                                    optional(
                                            "held_locks",
                                            TEXTS,
                                            "those of its locks that somebody held when RAM was"
                                                    + " taken: `mmap_lock`, `page_table_lock`,"
                                                    + " `ptl` (of one of its tables). What they"
                                                    + " guard may be in the middle of a change;"
                                                    + " absent if none was"),
                                    property(
                                            "found_by",
                                            TEXTS,
                                            "`task` (a task has it), `active` (a task only runs on"
                                                    + " it), `scan` (by its shape in RAM)"))),
                    new Node(
                            NodeLabel.VMA,
                            "A `vm_area_struct`.",
                            List.of(
                                    property("address", TEXT, "kernel virtual address"),
                                    property("start", INTEGER, "virtual address of its first byte"),
                                    property(
                                            "end", INTEGER, "virtual address behind its last byte"),
                                    property(
                                            "perms",
                                            TEXT,
                                            "as `/proc/PID/maps` prints them, such as `r-xp`"),
                                    property("flags", INTEGER, "the `VM_` bits"),
                                    property("pgoff", INTEGER, "pages from the file's start"),
                                    property(
                                            "name",
                                            TEXT,
                                            "last column of `/proc/PID/maps`: a path, `[heap]`, or"
                                                    + " empty"),
                                    property(
                                            "backing",
                                            TEXT,
                                            "who fills it with pages: `anonymous` (the kernel, with"
                                                    + " zeroes: as a rule what has no file, and"
                                                    + " private mappings of `/dev/zero`),"
                                                    + " `page_cache` (that of its file),"
                                                    + " `driver` (the code behind a device or its"
                                                    + " like, which may hand out pages of the"
                                                    + " kernel) or `special` (the kernel, with"
                                                    + " pages of its own, such as the vDSO)"),
                                    property(
                                            "pages_present",
                                            INTEGER,
                                            "pages that the page tables map in it"))),
                    new Node(
                            NodeLabel.FILE,
                            "An inode that a VMA maps.",
                            List.of(
                                    property("address", TEXT, "kernel virtual address"),
                                    property(
                                            "path",
                                            TEXT,
                                            "of the first mapping seen, as `/proc/PID/maps` prints"
                                                    + " it"),
                                    property("inode", INTEGER, "its number"),
                                    property("device", TEXT, "`MAJOR:MINOR`, in hexadecimal"),
                                    property(
                                            "deleted",
                                            BOOLEAN,
                                            "whether it has no name any more"))),
                    new Node(
                            NodeLabel.PAGE_TABLE,
                            "One page table in memory. A table that a walk starts from has the"
                                    + " label `Root` too, one found by its content only"
                                    + " `Candidate`.",
                            List.of(
                                    property("pa", INTEGER, "physical address of its first entry"),
                                    property(
                                            "level",
                                            TEXT,
                                            "`PGD`, `P4D`, `PUD`, `PMD` or `PTE`; of a table that"
                                                    + " no walk reached, what its content says, or"
                                                    + " `unknown`"),
                                    optional(
                                            "va",
                                            INTEGER,
                                            "first virtual address that it covers, in the first"
                                                    + " tree it was reached through; missing if no"
                                                    + " walk reached it"),
                                    property(
                                            "entries_table",
                                            INTEGER,
                                            "entries that point to a table"),
                                    property("entries_leaf", INTEGER, "entries that map memory"),
                                    property(
                                            "entries_nonpresent",
                                            INTEGER,
                                            "entries that are neither empty nor mapped: swap and"
                                                    + " its like"),
                                    optional(
                                            "marked",
                                            BOOLEAN,
                                            "whether `struct page` says that the frame is a table;"
                                                    + " missing if that was not read"),
                                    optional(
                                            "frame",
                                            TEXT,
                                            "what `struct page` says of its frame: `table`,"
                                                    + " `anon`, `shmem`, `file`, `slab`, `buddy`,"
                                                    + " `free` (a CPU's own list), `reserved`,"
                                                    + " `other` (the kernel's), `huge_zero` (its"
                                                    + " huge page of zeroes); missing if that was"
                                                    + " not read"),
                                    optional(
                                            "hotplug",
                                            BOOLEAN,
                                            "true of a table of the linear map or of `vmemmap` that"
                                                    + " is for memory added since boot alone, which"
                                                    + " the kernel makes in another way than its"
                                                    + " others; missing of all others"),
                                    property(
                                            "found_by",
                                            TEXTS,
                                            "`walk` (reached from a root), `struct_page` (the"
                                                    + " kernel marks it), `scan` (its content is"
                                                    + " a table's), `deposit` (kept by the kernel"
                                                    + " for a huge page to be split)"))),
                    new Node(
                            NodeLabel.PAGE_RANGE,
                            "A run of physical pages that every mapping maps as a whole.",
                            List.of(
                                    property("pfn", INTEGER, "frame number of the first page"),
                                    property("pages", INTEGER, "pages of the guest's page size"),
                                    property("pa", INTEGER, "physical address of its first byte"),
                                    property("kind", TEXT, "`ram`, `device` or `reserved`"),
                                    optional(
                                            "frame",
                                            TEXT,
                                            "what `struct page` says of its frames, as of a"
                                                    + " table's, or `mixed`; missing if that was"
                                                    + " not read"),
                                    optional(
                                            "frames_*",
                                            INTEGER,
                                            "of a mixed range, the frames of each kind, such as"
                                                    + " `frames_slab`"),
                                    optional(
                                            "mapcount",
                                            INTEGER,
                                            "user mappings of each page by the kernel's own count;"
                                                    + " missing if its pages differ, or the kernel"
                                                    + " does not count them one by one"),
                                    optional(
                                            "mapped_frames",
                                            INTEGER,
                                            "where its pages differ, how many of them the kernel"
                                                    + " counts user mappings of; missing if"
                                                    + " none"),
                                    optional(
                                            "mapcount_least",
                                            INTEGER,
                                            "where its pages differ, the least user mappings of"
                                                    + " one that the kernel counts one by one;"
                                                    + " missing if it counts none so"),
                                    optional(
                                            "mapcount_most",
                                            INTEGER,
                                            "the most, in the same way"))),
                    new Node(
                            NodeLabel.REGION,
                            "A region of the kernel's address space. Regions may lie in each"
                                    + " other: the text in the image, the image in vmalloc space.",
                            List.of(
                                    property(
                                            "name",
                                            TEXT,
                                            "`linear`, `image`, `image_text`, `image_rodata`,"
                                                    + " `modules`, `vmalloc`, `vmemmap`, `fixmap`;"
                                                    + " on some architectures others"),
                                    property("start", INTEGER, "virtual address of its first byte"),
                                    property(
                                            "end", INTEGER, "virtual address behind its last byte"),
                                    optional(
                                            "special",
                                            BOOLEAN,
                                            "the kernel makes its tables in a way of its own: the"
                                                    + " same few may stand in it over and over,"
                                                    + " and they are not marked; absent where they"
                                                    + " are made as most are"))),
                    new Node(
                            NodeLabel.SWAP_RANGE,
                            "A run of swap slots that every entry that refers to it refers to as a"
                                    + " whole.",
                            List.of(
                                    property("type", INTEGER, "number of the swap area"),
                                    property("offset", INTEGER, "slot of its first page"),
                                    property("pages", INTEGER, "slots"))),
                    new Node(
                            NodeLabel.NON_SWAP_RANGE,
                            "What entries stand for that have the form of swap entries and are"
                                    + " none: the kernel's `non_swap_entry`.",
                            List.of(
                                    property(
                                            "kind",
                                            TEXT,
                                            "`migration` (the page is on its way to another"
                                                    + " frame), `hwpoison` (its frame is broken),"
                                                    + " `device_private` (a device has it); of a"
                                                    + " marker, which stands for no page,"
                                                    + " `guard`, `uffd_wp`, `poison`, or `marker`"
                                                    + " for another; `other` where the kernel"
                                                    + " does not tell"),
                                    property(
                                            "type",
                                            INTEGER,
                                            "where the number of the swap area would stand"),
                                    property(
                                            "offset",
                                            INTEGER,
                                            "frame number of the first page; of a marker, its"
                                                    + " bits"),
                                    property(
                                            "pages",
                                            INTEGER,
                                            "frames; 0 of a marker, which stands for none"))),
                    new Node(
                            NodeLabel.ANOMALY,
                            "Something in the guest that cannot be read or does not make sense.",
                            List.of(
                                    property(
                                            "kind",
                                            TEXT,
                                            "a fixed word, such as `table_outside_ram`. An image"
                                                    + " that was copied while the guest ran has"
                                                    + " `torn_tables` and `torn_vmas`, one of each"
                                                    + " for an `MmStruct` at most: its tables,"
                                                    + " pages or VMAs are not those that the kernel"
                                                    + " counts, or lie in frames that it uses for"
                                                    + " something else; and `torn_list`, where a"
                                                    + " neighbour does not point back. `torn_task`"
                                                    + " and `torn_mm` are structs that contradict"
                                                    + " themselves, as what is left of one does"
                                                    + " when a page of it was lost. Whoever"
                                                    + " changes these behind the kernel's back is"
                                                    + " told by the same"),
                                    property(
                                            "address",
                                            TEXT,
                                            "of what it concerns, virtual or physical as `detail`"
                                                    + " says"),
                                    property(
                                            "field",
                                            TEXT,
                                            "the member or descriptor that is wrong"),
                                    property("detail", TEXT, "what is wrong, in words"))),
                    new Node(
                            NodeLabel.CHECK,
                            "Of a diff that was made with `--checks`: a constraint, and what it"
                                    + " came to on each side.",
                            List.of(
                                    property("id", TEXT, "of the saved query"),
                                    property("title", TEXT, "its title"),
                                    property(
                                            "severity",
                                            TEXT,
                                            "`critical`, `major`, `minor` or `info`"),
                                    property(
                                            "before",
                                            TEXT,
                                            "`passed`, `failed`, or `error` if it could not be"
                                                    + " asked"),
                                    property("after", TEXT, "likewise"),
                                    property("rows_before", INTEGER, "violations before"),
                                    property("rows_after", INTEGER, "violations after"))));

    /** What nodes and relationships of a diff have besides; not in {@link #NODES}. */
    public static final List<Property> OF_DIFFS =
            List.of(
                    optional(
                            "before_*",
                            ValueType.ANY,
                            "of a `Changed` node or relationship, what a property was before; the"
                                    + " property itself has what it is after"),
                    optional("after_*", ValueType.ANY, "what the same property is after"),
                    optional(
                            "fate",
                            TEXT,
                            "of a relationship: `added`, `removed` or `changed`; missing if it is"
                                    + " on both sides, and alike"),
                    optional(
                            "pages_written",
                            INTEGER,
                            "of a relationship to a `PageRange`, a `Vma` and an `MmStruct`: pages"
                                    + " mapped to the same frame on both sides whose content"
                                    + " differs; only where both were ingested with `--hash`"),
                    optional(
                            "written",
                            BOOLEAN,
                            "of a `PageTable` in the same frame on both sides: its content"
                                    + " differs; only where both were ingested with `--hash`"),
                    optional(
                            "replaced",
                            TEXT,
                            "of an `MmStruct` on one side only: `exec` if its task executed"
                                    + " another program between the two moments"),
                    optional("diff_before", TEXT, "of the `Checkpoint`: the name of one side"),
                    optional("diff_after", TEXT, "of the `Checkpoint`: the name of the other"));

    /** Every kind of relationship. */
    public static final List<Relationship> RELATIONSHIPS =
            List.of(
                    new Relationship(
                            RelationshipType.POINTS_TO,
                            "Task, MmStruct, Cpu, Checkpoint",
                            "MmStruct, PageTable",
                            "A pointer from outside the page tables. It has one of the three.",
                            List.of(
                                    optional(
                                            "field",
                                            TEXT,
                                            "member of the struct: `mm` or `active_mm` of a task,"
                                                + " `pgd` of an mm; `user_pgd`, where page tables"
                                                + " are isolated: the root by which the process"
                                                + " executes its own code, with what the other has"
                                                + " not"),
                                    optional(
                                            "symbol",
                                            TEXT,
                                            "kernel symbol: `swapper_pg_dir` and its like; or the"
                                                    + " `pgd` of an mm that has one, as"
                                                    + " `efi_mm.pgd`"),
                                    optional(
                                            "kind",
                                            TEXT,
                                            "with `symbol`: what the root is for: `kernel`, the"
                                                + " kernel's address space; `identity`, `empty`,"
                                                + " `trampoline`; `alias`, tables of the kernel's"
                                                + " own at other addresses; `mm`, an mm of the"
                                                + " kernel's own, as firmware's services have one"),
                                    optional(
                                            "register",
                                            TEXT,
                                            "of the CPU: one that points to a root table"))),
                    new Relationship(
                            RelationshipType.POINTS_TO,
                            "PageTable",
                            "PageTable",
                            "A table descriptor. Its limits bound what every entry below may"
                                    + " allow.",
                            List.of(
                                    INDEX,
                                    property(
                                            "va",
                                            INTEGER,
                                            "first virtual address that the entry covers"),
                                    RAW,
                                    property(
                                            "read_only_table",
                                            BOOLEAN,
                                            "nothing below can be written"),
                                    property(
                                            "no_user_table",
                                            BOOLEAN,
                                            "nothing below can be reached from user mode"),
                                    property(
                                            "xn_table",
                                            BOOLEAN,
                                            "nothing below can be executed in user mode"),
                                    property(
                                            "pxn_table",
                                            BOOLEAN,
                                            "nothing below can be executed in kernel mode"))),
                    new Relationship(
                            RelationshipType.POINTS_TO,
                            "PageTable",
                            "PageRange",
                            "A run of leaf entries that map the range as a whole and differ only in"
                                    + " their consecutive addresses. A leaf that is larger than its"
                                    + " range is cut: then `va` lies inside what the entry at"
                                    + " `index` maps.",
                            List.of(
                                    INDEX,
                                    property("entries", INTEGER, "that the run touches"),
                                    property(
                                            "va",
                                            INTEGER,
                                            "virtual address of the range's first byte"),
                                    property("pages", INTEGER, "the range's"),
                                    property("size", INTEGER, "bytes that one entry maps"),
                                    RAW,
                                    property(
                                            "present",
                                            BOOLEAN,
                                            "true: the kernel has it as mapped"),
                                    property(
                                            "valid",
                                            BOOLEAN,
                                            "whether the hardware would use it; a PROT_NONE or NUMA"
                                                    + " hinting entry is present and not valid"),
                                    property(
                                            "writable",
                                            BOOLEAN,
                                            "a write is allowed, or the page is writable and still"
                                                    + " clean"),
                                    property("executable", BOOLEAN, "in user mode"),
                                    property("kernel_executable", BOOLEAN, "in kernel mode"),
                                    property("user", BOOLEAN, "user mode may access it"),
                                    property(
                                            "accessed",
                                            BOOLEAN,
                                            "used since this was last cleared"),
                                    property(
                                            "dirty",
                                            BOOLEAN,
                                            "written since this was last cleared"),
                                    property("global", BOOLEAN, "holds for every address space"),
                                    property(
                                            "contiguous",
                                            BOOLEAN,
                                            "one of a run that may share a TLB entry"),
                                    optional(
                                            "special",
                                            BOOLEAN,
                                            "true of an entry that the kernel looks behind for no"
                                                    + " `struct page`, and counts no mappings by:"
                                                    + " `pte_special()`; missing of all others"),
                                    property(
                                            "memory",
                                            TEXT,
                                            "type of memory, in the architecture's words: of"
                                                    + " aarch64 `normal`, `normal-nc`, `device`, …;"
                                                    + " of x86_64 `write-back`, `write-combining`,"
                                                    + " `uncached`, …"))),
                    new Relationship(
                            RelationshipType.SWAPPED_TO,
                            "PageTable",
                            "SwapRange",
                            "A run of swap entries that refer to the range as a whole.",
                            runOfEntries("slots; the range's")),
                    new Relationship(
                            RelationshipType.MARKED_AS,
                            "PageTable",
                            "NonSwapRange",
                            "A run of entries that stand for the range as a whole, or that are"
                                    + " all the same marker. To `/proc/PID/pagemap` these too are"
                                    + " swapped.",
                            runOfEntries("that the entries stand for, present or not")),
                    link(RelationshipType.PARENT_OF, "Task", "Task", "A parent and its child."),
                    link(
                            RelationshipType.RUNS,
                            "Cpu",
                            "Task",
                            "A CPU and the task that memory says is on it."),
                    link(
                            RelationshipType.THREAD_OF,
                            "Task",
                            "Task",
                            "A thread and its process's leader."),
                    link(RelationshipType.HAS_VMA, "MmStruct", "Vma", "An mm and a VMA of it."),
                    link(RelationshipType.MAPS, "Vma", "File", "A VMA and the file that it maps."),
                    link(
                            RelationshipType.LIES_IN,
                            "PageTable",
                            "PageRange",
                            "A table and the range that its frame is part of, if anything maps"
                                    + " it."),
                    link(
                            RelationshipType.ABOUT,
                            "Anomaly",
                            "any",
                            "An anomaly and what it concerns."));

    /** Of a run of entries that are not present. */
    private static List<Property> runOfEntries(String pages) {
        return List.of(
                INDEX,
                property("va", INTEGER, "virtual address of the first entry"),
                property("pages", INTEGER, pages),
                property("size", INTEGER, "bytes of virtual memory that one entry stands for"),
                optional(
                        "raw",
                        INTEGER,
                        "the first entry as memory holds it; missing of a part that a diff cut"
                                + " off"));
    }

    private static Relationship link(
            RelationshipType type, String from, String to, String meaning) {
        return new Relationship(type, from, to, meaning, List.of());
    }

    /** What the store makes an index for. */
    public static final List<Index> INDEXES =
            List.of(
                    new Index(NodeLabel.TASK, "pid"),
                    new Index(NodeLabel.TASK, "tgid"),
                    new Index(NodeLabel.TASK, "comm"),
                    new Index(NodeLabel.TASK, "address"),
                    new Index(NodeLabel.MM_STRUCT, "address"),
                    new Index(NodeLabel.VMA, "address"),
                    new Index(NodeLabel.VMA, "start"),
                    new Index(NodeLabel.FILE, "path"),
                    new Index(NodeLabel.FILE, "inode"),
                    new Index(NodeLabel.FILE, "address"),
                    new Index(NodeLabel.PAGE_TABLE, "pa"),
                    new Index(NodeLabel.PAGE_TABLE, "level"),
                    new Index(NodeLabel.PAGE_RANGE, "pfn"),
                    new Index(NodeLabel.PAGE_RANGE, "pa"),
                    new Index(NodeLabel.SWAP_RANGE, "offset"),
                    new Index(NodeLabel.ANOMALY, "kind"));
}
