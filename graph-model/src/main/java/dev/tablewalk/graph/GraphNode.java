package dev.tablewalk.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One node of the graph.
 *
 * <p>Kernel virtual addresses ({@code address} fields) are kept as {@code long} here and written as
 * text ({@link Hex}), because they do not fit Cypher's signed integer literals. Physical addresses,
 * frame numbers and user virtual addresses are written as integers.
 */
public sealed interface GraphNode {
    NodeLabel label();

    /** All its labels, {@link #label()} first. */
    default List<NodeLabel> labels() {
        return List.of(label());
    }

    void describe(PropertySink to);

    /**
     * The checkpoint itself.
     *
     * @param kernelRelease {@code uname -r}
     * @param kernelBuildId in hexadecimal; empty if the kernel does not tell
     * @param pageSize bytes
     * @param identity whose RAM it is, of which boot, taken when
     * @param vaBits width of a virtual address as it runs, not as it was configured
     * @param paBits width of an output address that the descriptors can hold
     * @param levels of page tables from the kernel's root down
     * @param kaslrOffset bytes by which the kernel's virtual addresses are moved
     * @param ram ranges of guest RAM, {@code PA:SIZE@FILE_OFFSET}, comma separated
     * @param imageSha256 of the file, or how else it is known
     * @param found what each step of finding the kernel found, and what proves it
     * @param taskViews the ways by which tasks were looked for: what {@link Task#foundBy} may hold
     * @param markedLevels where the kernel marks its tables in {@code struct page}: {@code user
     *     PTE}, {@code kernel PMD} and their like
     * @param hashed whether hashes of all frames are kept with it: {@link FrameHashes}
     */
    record Checkpoint(
            String name,
            GuestIdentity identity,
            String kernelRelease,
            String kernelBuildId,
            String kernelVersion,
            String arch,
            long pageSize,
            int vaBits,
            int paBits,
            int levels,
            boolean lpa2,
            long kaslrOffset,
            String ram,
            String image,
            String imageSha256,
            String toolVersion,
            Map<String, Long> counts,
            long anomalies,
            Map<String, String> found,
            List<String> taskViews,
            List<String> markedLevels,
            boolean hashed)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.CHECKPOINT;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("name", name);
            identity.describe(to);
            to.put("kernel_release", kernelRelease);
            to.put("kernel_build_id", kernelBuildId);
            to.put("kernel_version", kernelVersion);
            to.put("arch", arch);
            to.put("page_size", pageSize);
            to.put("va_bits", vaBits);
            to.put("pa_bits", paBits);
            to.put("levels", levels);
            to.put("lpa2", lpa2);
            to.put("kaslr_offset", kaslrOffset);
            to.put("ram", ram);
            to.put("image", image);
            to.put("image_sha256", imageSha256);
            to.put("tool_version", toolVersion);
            to.put("anomalies", anomalies);
            to.put("task_views", taskViews);
            to.put("marked_levels", markedLevels);
            to.put("hashed", hashed);
            counts.forEach((what, n) -> to.put("count_" + what, n));
            found.forEach((what, text) -> to.put("found_" + what, text));
        }

        /** The same as a side of a diff, which keeps no hashes. */
        public Checkpoint in(String diff) {
            return new Checkpoint(
                    diff,
                    identity,
                    kernelRelease,
                    kernelBuildId,
                    kernelVersion,
                    arch,
                    pageSize,
                    vaBits,
                    paBits,
                    levels,
                    lpa2,
                    kaslrOffset,
                    ram,
                    image,
                    imageSha256,
                    toolVersion,
                    counts,
                    anomalies,
                    found,
                    taskViews,
                    markedLevels,
                    false);
        }
    }

    /**
     * A vCPU whose registers are known.
     *
     * @param id as the hypervisor counts, or {@link #UNKNOWN}
     * @param registers by their names in the architecture's manual, in small letters
     */
    record Cpu(int id, Map<String, Long> registers) implements GraphNode {
        /** In the place of a number: the image does not tell whose registers these are. */
        public static final int UNKNOWN = -1;

        /** What the properties begin with that are registers. */
        public static final String REGISTER = "register_";

        @Override
        public NodeLabel label() {
            return NodeLabel.CPU;
        }

        @Override
        public void describe(PropertySink to) {
            if (id != UNKNOWN) {
                to.put("id", id);
            }
            registers.forEach((name, value) -> to.put(REGISTER + name, Hex.of(value)));
        }
    }

    /**
     * A {@code task_struct}: a process's leader or another thread, a kernel thread, or a CPU's idle
     * task.
     *
     * @param comm as it stands in {@code task_struct.comm}, at most 15 bytes
     * @param name as {@code /proc/PID/comm} gives it, but for a worker's current work: a kernel
     *     thread's name may be longer than {@code comm}
     * @param state one letter, as {@code /proc/PID/status} gives it
     * @param flags {@code task_struct.flags}, the {@code PF_} bits
     * @param startTime nanoseconds of the guest's monotonic clock
     * @param uid real user id in the initial user namespace, or -1 if it cannot be read
     * @param execId {@code task_struct.self_exec_id}, which grows by one with each {@code execve}
     *     that succeeds and which a child has of its parent; or -1 if the kernel does not describe
     *     it
     * @param cpu number of the CPU that it is on, or was on last; -1 if the kernel does not
     *     describe it
     * @param contextSwitches how often it was switched out, {@code nvcsw + nivcsw}: as long as that
     *     stays, it has not run; -1 if the kernel does not describe it
     */
    record Task(
            long address,
            int pid,
            int tgid,
            String comm,
            String name,
            String state,
            boolean kthread,
            boolean idle,
            long flags,
            long startTime,
            long uid,
            int exitState,
            long execId,
            int cpu,
            long contextSwitches,
            List<String> foundBy)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.TASK;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("address", Hex.of(address));
            to.put("pid", pid);
            to.put("tgid", tgid);
            to.put("comm", comm);
            to.put("name", name);
            to.put("state", state);
            to.put("kthread", kthread);
            to.put("idle", idle);
            to.put("flags", flags);
            to.put("start_time", startTime);
            to.put("uid", uid);
            to.put("exit_state", exitState);
            to.put("exec_id", execId);
            to.put("cpu", cpu);
            to.put("context_switches", contextSwitches);
            to.put("found_by", foundBy);
        }
    }

    /**
     * An {@code mm_struct}.
     *
     * @param totalVm pages
     * @param rssPages pages, the sum of the kernel's counters as memory holds them, which may be
     *     negative in a torn image; null if unknown
     * @param pgtablesBytes bytes
     * @param mapCount VMAs, by the kernel's own count
     * @param swapPages pages in swap, by the kernel's own counter, likewise
     * @param heldLocks {@code mmap_lock}, {@code page_table_lock}, {@code ptl}: of one of its
     *     tables
     * @param foundBy {@code task}: a task has it; {@code active}: a task runs on it only; {@code
     *     scan}: by its shape in RAM
     */
    record MmStruct(
            long address,
            long pgd,
            long mmUsers,
            long mmCount,
            long totalVm,
            @Nullable Long rssPages,
            long pgtablesBytes,
            long mapCount,
            @Nullable Long swapPages,
            List<String> heldLocks,
            List<String> foundBy)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.MM_STRUCT;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("address", Hex.of(address));
            to.put("pgd", Hex.of(pgd));
            to.put("mm_users", mmUsers);
            to.put("mm_count", mmCount);
            to.put("total_vm", totalVm);
            if (rssPages != null) {
                to.put("rss_pages", rssPages);
            }
            to.put("pgtables_bytes", pgtablesBytes);
            to.put("map_count", mapCount);
            if (swapPages != null) {
                to.put("swap_pages", swapPages);
            }
            if (!heldLocks.isEmpty()) {
                to.put("held_locks", heldLocks);
            }
            to.put("found_by", foundBy);
        }

        /** The same, found by one way more. */
        public MmStruct foundBy(String way) {
            return with(heldLocks, and(foundBy, way));
        }

        /** The same, with one lock more that is held. */
        public MmStruct holding(String lock) {
            return with(and(heldLocks, lock), foundBy);
        }

        private static List<String> and(List<String> all, String more) {
            List<String> longer = new ArrayList<>(all);
            longer.add(more);
            return List.copyOf(longer);
        }

        private MmStruct with(List<String> locks, List<String> ways) {
            return new MmStruct(
                    address,
                    pgd,
                    mmUsers,
                    mmCount,
                    totalVm,
                    rssPages,
                    pgtablesBytes,
                    mapCount,
                    swapPages,
                    locks,
                    ways);
        }
    }

    /**
     * A {@code vm_area_struct}.
     *
     * @param start user virtual address of the first byte
     * @param end user virtual address behind the last byte
     * @param perms as {@code /proc/PID/maps} prints them, such as {@code r-xp}
     * @param flags the {@code VM_} bits
     * @param pgoff pages from the file's start
     * @param name the last column of {@code /proc/PID/maps}: a path, {@code [heap]}, or empty
     * @param pagesPresent pages that the page tables map in it
     */
    record Vma(
            long address,
            long start,
            long end,
            String perms,
            long flags,
            long pgoff,
            String name,
            String backing,
            long pagesPresent)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.VMA;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("address", Hex.of(address));
            to.put("start", start);
            to.put("end", end);
            to.put("perms", perms);
            to.put("flags", flags);
            to.put("pgoff", pgoff);
            to.put("name", name);
            to.put("backing", backing);
            to.put("pages_present", pagesPresent);
        }
    }

    /**
     * An inode that a VMA maps.
     *
     * @param path of the first mapping seen, as {@code /proc/PID/maps} prints it
     * @param device {@code MAJOR:MINOR}, in hexadecimal as {@code /proc/PID/maps} prints it
     */
    record File(long address, String path, long inode, String device, boolean deleted)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.FILE;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("address", Hex.of(address));
            to.put("path", path);
            to.put("inode", inode);
            to.put("device", device);
            to.put("deleted", deleted);
        }
    }

    /**
     * One page table in memory.
     *
     * @param pa physical address of its first entry
     * @param level {@code PGD}, {@code P4D}, {@code PUD}, {@code PMD} or {@code PTE}; of a table
     *     that no walk reached, what its content says, or {@code unknown}
     * @param va first virtual address that it covers, in the first tree it was reached through;
     *     null if no walk reached it
     * @param entriesTable entries that point to a table
     * @param entriesLeaf entries that map memory
     * @param entriesNonpresent entries that are neither empty nor mapped: swap and its like
     * @param marked whether {@code struct page} says that the frame is a table; null if not read
     * @param frame what {@code struct page} says of the frame, as {@link PageRange#frames} does;
     *     null if not read
     */
    record PageTable(
            long pa,
            String level,
            @Nullable Long va,
            int entriesTable,
            int entriesLeaf,
            int entriesNonpresent,
            @Nullable Boolean marked,
            @Nullable String frame,
            boolean hotplug,
            boolean root,
            List<String> foundBy)
            implements GraphNode {
        /** One that is not for memory added since boot, as hardly any is. */
        public PageTable(
                long pa,
                String level,
                @Nullable Long va,
                int entriesTable,
                int entriesLeaf,
                int entriesNonpresent,
                @Nullable Boolean marked,
                @Nullable String frame,
                boolean root,
                List<String> foundBy) {
            this(
                    pa,
                    level,
                    va,
                    entriesTable,
                    entriesLeaf,
                    entriesNonpresent,
                    marked,
                    frame,
                    false,
                    root,
                    foundBy);
        }

        @Override
        public NodeLabel label() {
            return NodeLabel.PAGE_TABLE;
        }

        @Override
        public List<NodeLabel> labels() {
            if (root) {
                return List.of(label(), NodeLabel.ROOT);
            }
            return foundBy.equals(List.of("scan"))
                    ? List.of(label(), NodeLabel.CANDIDATE)
                    : List.of(label());
        }

        @Override
        public void describe(PropertySink to) {
            to.put("pa", pa);
            to.put("level", level);
            if (va != null) {
                to.put("va", va);
            }
            to.put("entries_table", entriesTable);
            to.put("entries_leaf", entriesLeaf);
            to.put("entries_nonpresent", entriesNonpresent);
            if (marked != null) {
                to.put("marked", marked);
            }
            if (frame != null) {
                to.put("frame", frame);
            }
            if (hotplug) {
                to.put("hotplug", true);
            }
            to.put("found_by", foundBy);
        }
    }

    /**
     * A run of physical pages that every mapping maps as a whole.
     *
     * @param pa physical address of its first byte; its frame number is {@code pa / pageSize}
     * @param pages of the guest's page size
     * @param kind {@code ram}, {@code device} or {@code reserved}
     * @param frames what {@code struct page} says of its frames; null if not read
     */
    record PageRange(long pa, long pages, int pageShift, String kind, @Nullable Frames frames)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.PAGE_RANGE;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("pfn", pa >>> pageShift);
            to.put("pages", pages);
            to.put("pa", pa);
            to.put("kind", kind);
            if (frames != null) {
                frames.describe(to);
            }
        }
    }

    /**
     * What {@code struct page} says of the frames of a range.
     *
     * @param frame what all of them are, or {@code mixed}
     * @param pages of each kind, if they are mixed
     * @param mapcount user mappings of each page by the kernel's own count; null if the pages
     *     differ or the kernel does not count them one by one
     * @param mappedFrames where the pages differ, how many of them the kernel counts mappings of;
     *     null if none
     * @param mapcounts where the pages differ, the user mappings of those that the kernel counts
     *     one by one; null if there are none
     */
    record Frames(
            String frame,
            Map<String, Long> pages,
            @Nullable Long mapcount,
            @Nullable Long mappedFrames,
            @Nullable Mapcounts mapcounts) {
        /** The least and the most user mappings of a page. */
        public record Mapcounts(long least, long most) {}

        void describe(PropertySink to) {
            to.put("frame", frame);
            pages.forEach((kind, n) -> to.put("frames_" + kind, n));
            if (mapcount != null) {
                to.put("mapcount", mapcount);
            }
            if (mappedFrames != null) {
                to.put("mapped_frames", mappedFrames);
            }
            if (mapcounts != null) {
                to.put("mapcount_least", mapcounts.least());
                to.put("mapcount_most", mapcounts.most());
            }
        }
    }

    /**
     * A region of the kernel's address space. Regions may lie in each other: the text in the image,
     * the image in vmalloc space.
     *
     * @param name {@code linear}, {@code image}, {@code image_text}, {@code image_rodata}, {@code
     *     modules}, {@code vmalloc}, {@code vmemmap}, {@code fixmap}; on some architectures others
     * @param start virtual address of its first byte
     * @param end virtual address behind its last byte
     * @param special whether the kernel makes its tables in a way of its own: the same few may
     *     stand in it over and over, and they are not marked
     */
    record Region(String name, long start, long end, boolean special) implements GraphNode {
        /** One whose tables are made as most are. */
        public Region(String name, long start, long end) {
            this(name, start, end, false);
        }

        @Override
        public NodeLabel label() {
            return NodeLabel.REGION;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("name", name);
            to.put("start", start);
            to.put("end", end);
            if (special) {
                to.put("special", true);
            }
        }
    }

    /** What entries of the form of swap entries refer to, by type and offset. */
    sealed interface Slots extends GraphNode permits SwapRange, NonSwapRange {
        /** {@code swp_type}: the number of the swap area, or of what it is instead. */
        int type();

        /** {@code swp_offset} of the first. */
        long offset();

        /** How many; 0 of a marker, whose offset is no place. */
        long pages();

        /** The offset so many pages on. */
        default long offset(long pagesOn) {
            return pages() == 0 ? offset() : offset() + pagesOn;
        }

        /** Another run of the same type; of a marker, the one of that offset. */
        Slots at(long first, long count);
    }

    /**
     * A run of what entries stand for that have the form of swap entries and are none.
     *
     * @param kind a fixed word such as {@code migration}, to group by
     * @param offset of the first: a frame's number, or of a marker the bits that say which
     * @param pages frames; 0 of a marker
     */
    record NonSwapRange(String kind, int type, long offset, long pages) implements Slots {
        @Override
        public NonSwapRange at(long first, long count) {
            return new NonSwapRange(kind, type, first, pages == 0 ? 0 : count);
        }

        @Override
        public NodeLabel label() {
            return NodeLabel.NON_SWAP_RANGE;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("kind", kind);
            to.put("type", type);
            to.put("offset", offset);
            to.put("pages", pages);
        }
    }

    /** A run of swap slots that every entry that refers to it refers to as a whole. */
    record SwapRange(int type, long offset, long pages) implements Slots {
        @Override
        public SwapRange at(long first, long count) {
            return new SwapRange(type, first, count);
        }

        @Override
        public NodeLabel label() {
            return NodeLabel.SWAP_RANGE;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("type", type);
            to.put("offset", offset);
            to.put("pages", pages);
        }
    }

    /**
     * Something in the guest that cannot be read or does not make sense.
     *
     * @param kind a fixed word such as {@code table_outside_ram}, to group by
     * @param address of what it concerns: a kernel virtual or a physical address, as detail says
     * @param field the member or descriptor that is wrong
     */
    record Anomaly(String kind, long address, String field, String detail) implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.ANOMALY;
        }

        @Override
        public void describe(PropertySink to) {
            to.put("kind", kind);
            to.put("address", Hex.of(address));
            to.put("field", field);
            to.put("detail", detail);
        }
    }

    /**
     * What a constraint came to on each side of a diff.
     *
     * @param id of the saved query
     * @param before {@code passed}, {@code failed}, or {@code error} if it could not be asked
     * @param rowsBefore violations that it found
     */
    record Check(
            String id,
            String title,
            String severity,
            String before,
            String after,
            long rowsBefore,
            long rowsAfter)
            implements GraphNode {
        @Override
        public NodeLabel label() {
            return NodeLabel.CHECK;
        }

        @Override
        public List<NodeLabel> labels() {
            boolean same = before.equals(after) && rowsBefore == rowsAfter;
            return same ? List.of(label()) : List.of(label(), NodeLabel.CHANGED);
        }

        @Override
        public void describe(PropertySink to) {
            to.put("id", id);
            to.put("title", title);
            to.put("severity", severity);
            to.put("before", before);
            to.put("after", after);
            to.put("rows_before", rowsBefore);
            to.put("rows_after", rowsAfter);
        }
    }

    /**
     * A node of a diff that is on one side only, or on both and not alike, or of which a diff has
     * more to say. Its properties are those it has after, or had before if it is no more; of each
     * that differs {@code before_…} and {@code after_…} tell both.
     *
     * @param before null if it was added
     * @param after null if it was removed
     * @param extra properties that only a diff has
     */
    record Compared(
            @Nullable GraphNode before, @Nullable GraphNode after, Map<String, Object> extra)
            implements GraphNode {
        /** One that is on at least one side. */
        public Compared {
            Fate.of(before, after);
        }

        private PropertyMap.Differences differences() {
            return PropertyMap.Differences.of(
                    before == null ? null : PropertyMap.of(before::describe),
                    after == null ? null : PropertyMap.of(after::describe));
        }

        private GraphNode present() {
            return after != null ? after : Objects.requireNonNull(before);
        }

        @Override
        public NodeLabel label() {
            return present().label();
        }

        @Override
        public List<NodeLabel> labels() {
            List<NodeLabel> labels = new ArrayList<>(present().labels());
            if (!differences().isNone()) {
                labels.add(Fate.of(before, after).label());
            }
            return List.copyOf(labels);
        }

        @Override
        public void describe(PropertySink to) {
            differences().describe(to);
            PropertyMap.describe(extra, to);
        }
    }
}
