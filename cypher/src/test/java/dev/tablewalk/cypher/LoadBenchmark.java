package dev.tablewalk.cypher;

import com.sun.management.OperatingSystemMXBean;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;

/**
 * Prints what it takes to load a graph of a 6 GiB guest's size, to open it and to walk it: wall and
 * processor time of each stage. To be run as a program, with the folder to load into; not a test.
 */
final class LoadBenchmark implements Progress {
    private static final String WALK =
            "MATCH (:Task {pid: 5})-[:POINTS_TO*]->(r:PageRange) RETURN count(*), sum(r.pages)";

    private String stage = "start";
    private long wall = System.nanoTime();
    private long cpu = cpu();

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    @Override
    public void stage(String name, long total) {
        long wallNow = System.nanoTime();
        long cpuNow = cpu();
        System.out.printf(
                "%-12s %6d ms %6d ms of processor%n",
                stage, (wallNow - wall) / 1_000_000, (cpuNow - cpu) / 1_000_000);
        stage = name;
        wall = wallNow;
        cpu = cpuNow;
    }

    public static void main(String[] args) {
        StoreHome home = StoreHome.at(Path.of(args[0]));
        LoadBenchmark stages = new LoadBenchmark();
        stages.stage("make graph", 0);
        GuestGraph graph = SyntheticGraph.ofSixGibGuest();
        CheckpointInfo info = home.load("benchmark", graph, stages);
        stages.stage("open", 0);
        try (Checkpoint open = home.open("benchmark")) {
            for (int i = 1; i <= 3; i++) {
                stages.stage("walk " + i, 0);
                try (Rows rows = open.query(WALK, Map.of())) {
                    rows.next();
                }
            }
            stages.stage("close", 0);
        }
        stages.stage("remove", 0);
        home.remove("benchmark");
        stages.stage("end", 0);
        System.out.printf(
                "%d nodes, %d relationships, %d MiB%n",
                graph.nodeCount(), graph.relationshipCount(), info.sizeBytes() >> 20);
    }
}
