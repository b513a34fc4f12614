package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.net.URI;
import java.nio.file.Path;

/** Pushes a checkpoint: home, name, address, batch. To be killed meanwhile. */
final class PushProgram {
    private PushProgram() {}

    public static void main(String[] args) throws Exception {
        PushTarget target = new PushTarget(URI.create(args[2]), null, "neo4j", BoltServer.PASSWORD);
        try (Checkpoint checkpoint = StoreHome.at(Path.of(args[0])).open(args[1]);
                Push push = Push.to(target, Integer.parseInt(args[3]))) {
            System.out.println(push.push(new WholeGraph(checkpoint), false, Progress.NONE).size());
        }
    }
}
