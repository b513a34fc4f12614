package dev.tablewalk.cli.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;

/** Holds one set against another, and tells the first few that only one has. */
final class SameSets {
    private SameSets() {}

    static void assertSame(Set<String> wanted, Set<String> found) {
        TreeSet<String> missing = new TreeSet<>(wanted);
        missing.removeAll(found);
        TreeSet<String> extra = new TreeSet<>(found);
        extra.removeAll(wanted);
        assertEquals(
                "0 missing, 0 extra",
                missing.size() + " missing, " + extra.size() + " extra",
                () ->
                        "missing "
                                + missing.stream().limit(5).toList()
                                + ", extra "
                                + extra.stream().limit(5).toList());
    }
}
