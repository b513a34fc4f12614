package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.dbms.EmbeddedDbms;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.graphdb.Result;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/**
 * What the saved queries cost, in pages of the store that they look at, which is the same on any
 * machine: it follows leaves and VMAs, not their product, and tables, not the ways to them.
 */
class CostIT {
    /** Looked at by any query, however small the guest; plans are made of samples. */
    private static final long FLOOR = 4000;

    /** For each VMA and each leaf, and each row made of them. */
    private static final int SMALL = 1500;

    /** A walk of all ways through the shadow would look at 16 million tables. */
    private static final long SHADOW = 3_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static EmbeddedDbms once;

    @SuppressWarnings("NullAway.Init") // set in load()
    static EmbeddedDbms twice;

    @SuppressWarnings("NullAway.Init") // set in load()
    static EmbeddedDbms shadowed;

    @BeforeAll
    static void load() throws Exception {
        once = open("once", GuestGraphs.crowded(SMALL));
        twice = open("twice", GuestGraphs.crowded(2 * SMALL));
        shadowed = open("shadowed", GuestGraphs.shadowed());
    }

    private static EmbeddedDbms open(String name, GuestGraph graph) throws Exception {
        StoreHome.at(home).load(name, graph, Progress.NONE);
        return EmbeddedDbms.open(home.resolve(name), 64 << 20);
    }

    @AfterAll
    static void close() {
        once.close();
        twice.close();
        shadowed.close();
    }

    private record Asked(long rows, long pages) {}

    private static Asked ask(EmbeddedDbms store, SavedQuery query) {
        Map<String, String> given =
                query.parameters().stream()
                        .filter(parameter -> parameter.standard() == null)
                        .collect(
                                Collectors.toMap(
                                        SavedQuery.Parameter::name,
                                        parameter ->
                                                parameter.name().equals("end")
                                                        ? String.valueOf(1L << 48)
                                                        : "0"));
        try (InternalTransaction transaction = store.begin()) {
            long rows = 0;
            try (Result result = transaction.execute(query.cypher(), query.values(given))) {
                for (; result.hasNext(); rows++) {
                    result.next();
                }
            }
            return new Asked(
                    rows, transaction.kernelTransaction().executionStatistics().pageHits());
        }
    }

    private static List<SavedQuery> queries() {
        return QueryLibrary.builtIn().all().stream()
                .filter(query -> query.subject() == SavedQuery.Subject.CHECKPOINT)
                .filter(query -> query.cypher().matches("(?s).*(tw\\.|HAS_VMA|PageRange).*"))
                .toList();
    }

    @Test
    @Timeout(1200)
    void twiceTheVmasAndLeavesCostTwice() {
        List<String> dear = new ArrayList<>();
        for (SavedQuery query : queries()) {
            Asked small = ask(once, query);
            Asked large = ask(twice, query);
            if (large.pages > FLOOR + 2.5 * small.pages) {
                dear.add(query.id() + ": " + small + ", then " + large);
            }
        }
        assertEquals(List.of(), dear);
        SavedQuery rows = QueryLibrary.builtIn().get("user_writable_executable");
        assertEquals(2 * SMALL, ask(once, rows).rows);
        assertEquals(SMALL, ask(once, QueryLibrary.builtIn().get("entries_looser_than_vma")).rows);
    }

    @Test
    @Timeout(1200)
    void waysThroughSharedTablesAreNotCounted() {
        for (SavedQuery query : queries()) {
            Asked asked = ask(shadowed, query);
            assertTrue(asked.pages < SHADOW, query.id() + ": " + asked);
        }
    }
}
