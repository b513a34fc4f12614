package dev.tablewalk.ingest;

import dev.tablewalk.ingest.frame.FrameKind;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.pagetable.PageTables;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel marks its tables in {@code struct page}, as most of those that were walked have
 * it, level by level in each half. Tables from before there was a {@code struct page}, and those of
 * the kernel's special roots, never are marked.
 */
final class TableMarks {
    private final Map<String, Votes> byLevel = new TreeMap<>();

    /** What the kernel does with the frames of its tables. */
    enum Rule {
        MARKED,
        UNMARKED,
        UNKNOWN;

        /** Whether such a table may lie in a frame, by what {@code struct page} says of it. */
        boolean fits(FrameKind frame, boolean root) {
            return switch (frame) {
                case UNKNOWN, RESERVED -> true;
                case TABLE -> this != UNMARKED;
                case OTHER -> this != MARKED;
                case SLAB -> root; // a small root is an object of pgd_cache
                case FREE, BUDDY, ANON, SHMEM, FILE, HUGE_ZERO -> false;
            };
        }
    }

    /** Tables of one level. */
    private record Votes(int marked, int unmarked) {
        Votes plus(boolean mark) {
            return mark ? new Votes(marked + 1, unmarked) : new Votes(marked, unmarked + 1);
        }
    }

    /**
     * Counts them. A table of the kernel that a process reaches too, as none should, speaks for the
     * kernel's alone: a pointer to a whole tree of those would outvote the processes' own. One for
     * memory added since boot was made in another way, and does not count. What lies in memory of a
     * process, or free, is no table: a torn pointer may lead to more of those than there are
     * tables.
     *
     * @param found tells which were made so
     * @param frames null if {@code struct page} could not be read
     * @param users of each walked table whether a process reaches it
     * @param kernels whether the kernel's main root reaches it
     */
    TableMarks(
            PageTables walked,
            FoundTables found,
            @Nullable Frames frames,
            boolean[] users,
            boolean[] kernels) {
        for (int table = 0; table < walked.count() && frames != null; table++) {
            FrameKind kind = frames.kind(walked.pa(table));
            boolean counts =
                    (kind == FrameKind.TABLE || kind == FrameKind.OTHER)
                            && !found.hotplug(table)
                            && (users[table] || kernels[table]);
            if (counts) {
                String level = (kernels[table] ? "kernel " : "user ") + walked.levelName(table);
                byLevel.merge(
                        level,
                        new Votes(0, 0).plus(kind == FrameKind.TABLE),
                        (votes, _) -> votes.plus(kind == FrameKind.TABLE));
            }
        }
    }

    /** Levels where most are marked: {@code user PTE}, {@code kernel PMD} and their like. */
    List<String> levels() {
        return byLevel.entrySet().stream()
                .filter(e -> e.getValue().marked > e.getValue().unmarked)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * What the kernel does with the frames of a level's tables, if that is beyond doubt: more than
     * two to one. In an image of no one moment it may not be.
     *
     * @param level as {@link #levels} has them
     */
    Rule of(String level) {
        Votes votes = byLevel.getOrDefault(level, new Votes(0, 0));
        if (votes.marked > 2 * votes.unmarked) {
            return Rule.MARKED;
        }
        return votes.unmarked > 2 * votes.marked ? Rule.UNMARKED : Rule.UNKNOWN;
    }
}
