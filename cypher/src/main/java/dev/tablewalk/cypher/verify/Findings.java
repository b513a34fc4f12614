package dev.tablewalk.cypher.verify;

import dev.tablewalk.cypher.verify.Report.Difference;
import dev.tablewalk.cypher.verify.Report.Fault;
import dev.tablewalk.cypher.verify.Report.Subject;
import dev.tablewalk.cypher.verify.Report.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Counts what a comparison finds, and keeps the first differences of each kind. */
final class Findings {
    private static final class Count {
        private long inTruth;
        private long inGraph;
        private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);

        long of(Fault fault) {
            return faults.getOrDefault(fault, 0L);
        }
    }

    private final int limit;
    private final Map<Subject, Count> counts = new EnumMap<>(Subject.class);
    private final List<Difference> differences = new ArrayList<>();

    /**
     * @param limit how many differences of each subject and fault are kept
     */
    Findings(int limit) {
        this.limit = limit;
    }

    void inTruth(Subject subject) {
        count(subject).inTruth++;
    }

    void inGraph(Subject subject) {
        count(subject).inGraph++;
    }

    /** Counts a difference; makes it only if it is to be kept. */
    void add(Subject subject, Fault fault, Supplier<Difference> difference) {
        if (count(subject).faults.merge(fault, 1L, Long::sum) <= limit) {
            differences.add(difference.get());
        }
    }

    private Count count(Subject subject) {
        return counts.computeIfAbsent(subject, s -> new Count());
    }

    List<Tally> tallies() {
        return Arrays.stream(Subject.values()).map(this::tally).toList();
    }

    private Tally tally(Subject subject) {
        Count count = count(subject);
        return new Tally(
                subject,
                count.inTruth,
                count.inGraph,
                count.of(Fault.MISSING),
                count.of(Fault.EXTRA),
                count.of(Fault.WRONG));
    }

    /** By subject, then by fault, then as they were found. */
    List<Difference> differences() {
        return differences.stream()
                .sorted(Comparator.comparing(Difference::subject).thenComparing(Difference::fault))
                .toList();
    }
}
