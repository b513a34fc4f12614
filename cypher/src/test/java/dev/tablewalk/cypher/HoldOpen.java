package dev.tablewalk.cypher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Opens a checkpoint, begins a query, says so, and holds both until its input ends. */
final class HoldOpen {
    private HoldOpen() {}

    public static void main(String[] args) throws IOException {
        try (Checkpoint checkpoint = StoreHome.at(Path.of(args[0])).open(args[1]);
                Rows rows = checkpoint.query("MATCH (n) RETURN n", Map.of())) {
            rows.next();
            System.out.println("open");
            while (System.in.read() >= 0) {
                // Nothing is to be said; the end is what counts.
            }
        }
        System.out.println("closed");
    }
}
