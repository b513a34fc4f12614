package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.diff.LabGraphs;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.cypher.verify.Report;
import dev.tablewalk.cypher.verify.Verification;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;

/**
 * What LiME's kernel module wrote of a guest, which ran meanwhile. Of its processes all but LiME
 * sleep there, from before the truth is taken until the guest is stopped.
 */
class LimeIT {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir Path folder;

    /** Returns the processes that ran after the truth was begun: what took it, and LiME. */
    private Set<Integer> isExactlyWhatTheGuestSaid(LabGuest guest, GuestGraph graph) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", graph, Progress.NONE);
        try (Checkpoint checkpoint = home.open("guest")) {
            Report report =
                    Verification.of(guest.truth(1), Progress.NONE)
                            .compare(checkpoint, 20, Progress.NONE);
            assertTrue(report.exact(), () -> report.tallies() + "\n" + report.differences());
            report.tallies()
                    .forEach(t -> assertTrue(t.inTruth() > 100, () -> "hardly anything: " + t));
            Set<Integer> ran = new TreeSet<>();
            report.leftOut().forEach(each -> ran.add(each.pid()));
            report.bornAfter().forEach(each -> ran.add(each.pid()));
            return ran;
        } finally {
            home.remove("guest");
        }
    }

    /** So does the RAM of the guest that is stopped after, and the two differ by who ran alone. */
    @LabGuestTest({"formats-lime", "formats-x86-lime"})
    void isTheGuestButForWhatLimeChanged(LabGuest guest) {
        GuestGraph copied =
                LabGraphs.read("guest", guest.directory().resolve(guest.name() + "-1.lime"));
        GuestGraph stopped = LabGraphs.read("guest", guest.image(1));
        assertEquals("LiME", copied.checkpoint().found().get("image"));
        for (GraphNode node : copied.nodes()) {
            // Firmware's tables are no RAM of the kernel's, which maps them all the same.
            if (node instanceof GraphNode.Anomaly anomaly) {
                assertEquals("leaf_outside_ram", anomaly.kind(), anomaly::toString);
            }
        }
        Set<Integer> ran = isExactlyWhatTheGuestSaid(guest, copied);
        ran.addAll(isExactlyWhatTheGuestSaid(guest, stopped));

        Difference difference = Diff.of(copied, stopped, Progress.NONE).difference();
        Set<Integer> differ = new TreeSet<>();
        difference.tasks().stream()
                .map(TaskChange::task)
                .filter(each -> !each.kthread()) // ksoftirqd may wake at any time
                .forEach(each -> differ.add(each.pid()));
        for (SpaceChange each : difference.processes()) {
            if (each.owner() instanceof SpaceChange.OfProcess process) {
                differ.addAll(process.pids());
            }
        }
        assertTrue(ran.containsAll(differ), () -> differ + " differ, and only " + ran + " ran");
        assertTrue(differ.size() > 1, "LiME is in neither"); // insmod, and who reads the pipe

        FrameHashes copiedFrames = Objects.requireNonNull(copied.frameHashes());
        FrameHashes stoppedFrames = Objects.requireNonNull(stopped.frameHashes());
        int others = 0;
        for (FrameHashes.Run run : copiedFrames.runs()) {
            for (int i = 0; i < run.pages(); i++) {
                int at = stoppedFrames.index(run.pa() + ((long) i << copiedFrames.pageShift()));
                assertTrue(at >= 0, () -> run + " is no RAM of " + stoppedFrames.runs());
                others += copiedFrames.hash(run.first() + i) == stoppedFrames.hash(at) ? 0 : 1;
            }
        }
        assertTrue(others < stoppedFrames.count() / 10, others + " frames differ");
        // LiME asks the kernel where RAM is, and of x86-64's that leaves out what firmware keeps.
        int leftOut = stoppedFrames.count() - copiedFrames.count();
        assertTrue(leftOut < MEBIBYTE >> copiedFrames.pageShift(), leftOut + " are left out");
    }
}
