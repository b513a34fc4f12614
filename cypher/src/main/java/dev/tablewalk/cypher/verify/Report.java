package dev.tablewalk.cypher.verify;

import java.util.List;
import java.util.Locale;

/**
 * What a comparison found.
 *
 * @param tallies one a subject
 * @param leftOut the processes that were not compared, because they move while they look
 * @param bornAfter the tasks of the graph that came after the collector, which it could not see
 * @param notCompared what was passed over
 * @param differences the first of each subject and fault
 */
public record Report(
        List<Tally> tallies,
        List<LeftOut> leftOut,
        List<Born> bornAfter,
        NotCompared notCompared,
        List<Difference> differences) {
    /** What is compared. */
    public enum Subject {
        TASKS("tasks"),
        VMAS("VMAs"),
        PRESENT_PAGES("present pages"),
        SWAPPED_PAGES("swapped pages");

        private final String text;

        Subject(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * What could not be compared.
     *
     * @param untold pages of the graph in VM_PFNMAP mappings, of which {@code /proc/PID/pagemap}
     *     tells nothing
     * @param unread pages of the graph in mappings too vast for the collector to read
     * @param ran tasks that may have another state and CPU by now, because they ran, or it cannot
     *     be told whether they did
     * @param moved VMAs and pages that differ, of processes that ran: what they did since, or a
     *     fault, which nothing tells apart
     */
    public record NotCompared(long untold, long unread, long ran, long moved) {}

    /** How truth and graph differ. */
    public enum Fault {
        /** Only the truth has it. */
        MISSING,
        /** Only the graph has it. */
        EXTRA,
        /** Both have it, and say different things of it. */
        WRONG;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The counts of one subject. A page that both have counts as what the truth says it is, present
     * or swapped.
     */
    public record Tally(
            Subject subject, long inTruth, long inGraph, long missing, long extra, long wrong) {}

    /** A process that was not compared, and why. */
    public record LeftOut(int pid, String name, String why) {}

    /** A task that came after the collector; {@code started} is in the guest's nanoseconds. */
    public record Born(int tid, int pid, String name, long started) {}

    /**
     * One difference.
     *
     * @param where the key that truth and graph are laid side by side by
     * @param truth what the truth says; empty if it says nothing
     * @param graph what the graph says; empty if it says nothing
     */
    public record Difference(
            Subject subject, Fault fault, String where, String truth, String graph) {}

    public Report {
        tallies = List.copyOf(tallies);
        leftOut = List.copyOf(leftOut);
        bornAfter = List.copyOf(bornAfter);
        differences = List.copyOf(differences);
    }

    /** Whether nothing is missing, extra or wrong. */
    public boolean exact() {
        return tallies.stream()
                .allMatch(tally -> tally.missing() + tally.extra() + tally.wrong() == 0);
    }
}
