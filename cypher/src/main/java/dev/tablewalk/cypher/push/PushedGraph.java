package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What is pushed of one checkpoint. Reads the same each time, in the same order. */
public interface PushedGraph {
    /** Begins the label that all nodes of a pushed checkpoint have. */
    String LABEL_PREFIX = "Checkpoint_";

    /** Of what checkpoint. */
    CheckpointInfo info();

    /** What it is called in the target: {@code graph} or {@code overview}. */
    String kind();

    /** What no other content has, under whatever name: in hexadecimal. */
    String fingerprint();

    /** About how many nodes and relationships {@link #read} hands over. */
    long size();

    /**
     * Hands them over; numbers of nodes may have gaps.
     *
     * @param progress hears of as many as {@link #size} says
     */
    void read(GraphSink to, Progress progress) throws IOException;

    /** What ties it to what several checkpoints have in common, as its last transaction. */
    List<Statement> links();

    /**
     * Labels of what it has in common with others, each with the property that tells them apart.
     */
    default Map<String, String> shared() {
        return Map.of();
    }

    /** A statement of Cypher with its parameters. */
    record Statement(String cypher, Map<String, Object> parameters) {}

    /** The label that all of its nodes have, and no others. */
    default String label() {
        return label(info().name());
    }

    /** The label that all nodes of a pushed checkpoint have, as Cypher quotes it. */
    static String label(String checkpoint) {
        return "`" + LABEL_PREFIX + checkpoint + "`";
    }

    /** Of a store: a load has its moment, and writes its nodes in one order. */
    static String fingerprint(CheckpointInfo info, String kind, Object more) {
        String text =
                String.join(
                        "\n",
                        kind,
                        info.created().toString(),
                        Integer.toString(info.schemaVersion()),
                        info.properties().toString(),
                        info.nodes().toString(),
                        info.relationships().toString(),
                        more.toString());
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
