package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.List;

/** All of a checkpoint, a diff too. */
public record WholeGraph(Checkpoint checkpoint) implements PushedGraph {
    @Override
    public CheckpointInfo info() {
        return checkpoint.info();
    }

    @Override
    public String kind() {
        return "graph";
    }

    @Override
    public String fingerprint() {
        return PushedGraph.fingerprint(info(), kind(), "");
    }

    @Override
    public long size() {
        return checkpoint.nodeCount() + checkpoint.relationshipCount();
    }

    @Override
    public void read(GraphSink to, Progress progress) throws IOException {
        checkpoint.read(to, progress);
    }

    @Override
    public List<Statement> links() {
        return List.of();
    }
}
