package dev.tablewalk.cypher.push;

import java.nio.file.Path;
import java.util.Map;

/** A server: folder, port. To be killed. */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        BoltServer.start(Path.of(args[0]), Integer.parseInt(args[1]), Map.of());
        System.out.println("started");
        Thread.sleep(Long.MAX_VALUE);
    }
}
