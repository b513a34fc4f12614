package dev.tablewalk.cypher.verify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TaskNameTest {
    private static final long WORKER = 0x20;

    private static boolean matches(String comm, String name, long flags, String truth) {
        Truth.Standing standing = new Truth.Standing("S", 1, 0, 0, 7);
        return TaskName.matches(new GraphFacts.Task(5, 5, comm, name, flags, 0, standing), truth);
    }

    @Test
    void aNameIsComparedExactly() {
        assertTrue(matches("init", "init", 0, "init"));
        assertFalse(matches("init", "init", 0, "init "));
        assertFalse(matches("kworker/0:1", "kworker/0:1", 0, "kworker/0:1-events"));
        assertFalse(matches("a_long_thread_n", "a_long_thread_name", 0, "a_long_thread_n"));
    }

    @Test
    void aWorkerMayShowItsWork() {
        assertTrue(matches("kworker/0:1", "kworker/0:1", WORKER, "kworker/0:1-events"));
        assertTrue(matches("kworker/0:1", "kworker/0:1", WORKER, "kworker/0:1+events"));
        assertTrue(matches("kworker/0:1", "kworker/0:1", WORKER, "kworker/0:1"));
        assertFalse(matches("kworker/0:1", "kworker/0:1", WORKER, "kworker/0:11-events"));
        assertFalse(matches("kworker/0:1", "kworker/0:1", WORKER, "kworker/0:"));
    }

    @Test
    void aRescuerMayBeCutToItsComm() {
        assertTrue(matches("quota_events_un", "quota_events_unbound", WORKER, "quota_events_un"));
        assertTrue(
                matches("quota_events_un", "quota_events_unbound", WORKER, "quota_events_unbound"));
    }

    @Test
    void aLineFeedIsEscapedOrEndsTheName() {
        assertTrue(matches("a\nb", "a\nb", 0, "a\\nb"));
        assertTrue(matches("a\nb", "a\nb", 0, "a"));
        assertFalse(matches("a\nb", "a\nb", 0, "b"));
    }
}
