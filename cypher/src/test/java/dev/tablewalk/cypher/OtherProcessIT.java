package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one checkpoint. */
class OtherProcessIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private void assertWhole() {
        try (Checkpoint open = StoreHome.at(dir).open("a");
                Rows rows = open.query("MATCH (n) RETURN count(n)", Map.of())) {
            assertEquals((long) SmallGraph.named("a").nodeCount(), rows.next().getFirst());
        }
    }

    @Test
    void theSecondIsToldOfTheFirstAtOnce() throws Exception {
        StoreHome home = StoreHome.at(dir);
        home.load("a", SmallGraph.named("a"), Progress.NONE);
        try (ChildProcess child = ChildProcess.start(HoldOpen.class, dir, "a")) {
            child.expect("open");
            for (org.junit.jupiter.api.function.Executable action :
                    new org.junit.jupiter.api.function.Executable[] {
                        () -> home.open("a"), () -> home.remove("a")
                    }) {
                UserError error = assertThrows(UserError.class, action);
                String message = String.valueOf(error.getMessage());
                assertTrue(
                        message.startsWith(
                                "checkpoint 'a' is in use by process "
                                        + child.process().pid()
                                        + " (tablewalk "
                                        + dir.toString()
                                                .substring(
                                                        0, Math.min(10, dir.toString().length()))),
                        message);
            }
            assertEquals("a", home.info("a").name());
            assertEquals(1, home.list().size());

            child.release();
            child.expect("closed");
            child.process().waitFor();
            assertWhole();
        }
    }

    @Test
    void aReaderThatIsKilledHarmsNothing() throws Exception {
        StoreHome home = StoreHome.at(dir);
        home.load("a", SmallGraph.named("a"), Progress.NONE);
        try (ChildProcess child = ChildProcess.start(HoldOpen.class, dir, "a")) {
            child.expect("open");
            child.kill();
            assertWhole();
            home.remove("a");
            assertEquals(0, home.list().size());
        }
    }
}
