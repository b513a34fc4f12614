package dev.tablewalk.cypher.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.verify.Report.Difference;
import dev.tablewalk.cypher.verify.Report.Fault;
import dev.tablewalk.cypher.verify.Report.Subject;
import dev.tablewalk.cypher.verify.Report.Tally;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lays truths beside a small graph in a store. */
class VerificationIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint checkpoint;

    @BeforeAll
    static void load() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("small", SmallGraph.named("small"), Progress.NONE);
        checkpoint = home.open("small");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    /** What the small graph's guest would say: a huge page is 512 pages to it. */
    private static String truth() {
        StringBuilder text =
                new StringBuilder(
                        """
                        PAGESIZE 4096
                        C 900 899 100 100
                        T 1 1 init
                        T 1 7 init-worker
                        T 2 2 kthreadd
                        A 2 2 S 1 0 0 20
                        V 1 aaaa00000000-aaaa00200000 r-xp 00000000 fe:01 1234  /sbin/init
                        """);
        for (int page = 0; page < 512; page++) {
            text.append(
                    String.format(
                            "P 1 %x %x 140%n",
                            SmallGraph.TEXT + page * 4096L, (SmallGraph.TEXT_PA >> 12) + page));
        }
        return text.append(
                        """
                        V 1 ffffc0000000-ffffc0006000 rw-p 00000000 00:00 0      [stack]
                        P 1 ffffc0000000 90000 102
                        P 1 ffffc0001000 90001 102
                        P 1 ffffc0002000 90002 102
                        P 1 ffffc0003000 90003 102
                        P 1 ffffc0004000 9a0 80
                        P 1 ffffc0005000 91000 100
                        END
                        """)
                .toString();
    }

    private static Report compare(String truth) throws IOException {
        Path file = Files.writeString(folder.resolve("truth"), truth);
        return Verification.of(file, Progress.NONE).compare(checkpoint, 5, Progress.NONE);
    }

    @Test
    void theGraphIsExpandedToThePage() throws IOException {
        Report report = compare(truth());
        assertEquals(
                List.of(
                        new Tally(Subject.TASKS, 3, 3, 0, 0, 0),
                        new Tally(Subject.VMAS, 2, 2, 0, 0, 1),
                        new Tally(Subject.PRESENT_PAGES, 517, 517, 0, 0, 0),
                        new Tally(Subject.SWAPPED_PAGES, 1, 1, 0, 0, 0)),
                report.tallies());
        // The file's name goes on behind a line feed, and the truth of above does not know.
        assertEquals(
                List.of(
                        new Difference(
                                Subject.VMAS,
                                Fault.WRONG,
                                "pid 1 start 0xaaaa00000000",
                                "end 0xaaaa00200000 r-xp /sbin/init",
                                "end 0xaaaa00200000 r-xp /sbin/init\nsecond line")),
                report.differences());
    }

    @Test
    void aTasksStateParentUserAndCpuAreTheGraphs() throws IOException {
        Report report = compare(truth().replace("A 2 2 S 1 0 0 20", "A 2 2 Z 0 500 1 20"));
        assertEquals(1, report.tallies().getFirst().wrong());
        assertEquals(
                new Difference(
                        Subject.TASKS,
                        Fault.WRONG,
                        "tid 2",
                        "parent 0 uid 500 state Z cpu 1",
                        "parent 1 uid 0 state S cpu 0"),
                report.differences().getFirst());
        Report ran = compare(truth().replace("A 2 2 S 1 0 0 20", "A 2 2 Z 1 0 1 19"));
        assertEquals(0, ran.tallies().getFirst().wrong());
        assertEquals(1, ran.notCompared().ran());
    }

    @Test
    void onePageOfAHugeOneIsFound() throws IOException {
        String wrong = String.format("P 1 %x 80007 140", SmallGraph.TEXT + 7 * 4096L);
        Report report = compare(truth().replace(wrong, wrong.replace("80007", "80008")));
        assertEquals(1, report.tallies().get(2).wrong());
        assertTrue(
                report.differences()
                        .contains(
                                new Difference(
                                        Subject.PRESENT_PAGES,
                                        Fault.WRONG,
                                        "pid 1 va 0xaaaa00007000",
                                        "pfn 0x80008",
                                        "pfn 0x80007")));
    }

    @Test
    void whatOnlyOneSideHasIsFound() throws IOException {
        Report report =
                compare(
                        truth().replace("P 1 ffffc0005000 91000 100\n", "")
                                .replace("T 1 7 init-worker\n", "")
                                .replace("END", "T 5 5 gone\nP 5 1000 7 100\nEND"));
        assertEquals(new Tally(Subject.TASKS, 3, 3, 1, 1, 0), report.tallies().get(0));
        assertEquals(new Tally(Subject.PRESENT_PAGES, 517, 517, 1, 1, 0), report.tallies().get(2));
    }

    @Test
    void aTruthOfAnotherPageSizeIsRefused() {
        UserError refusal =
                assertThrows(
                        UserError.class,
                        () -> compare(truth().replace("PAGESIZE 4096", "PAGESIZE 16384")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("16384"));
    }
}
