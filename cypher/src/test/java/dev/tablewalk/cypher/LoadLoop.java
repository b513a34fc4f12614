package dev.tablewalk.cypher;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.Progress;
import java.nio.file.Path;

/** Loads checkpoint after checkpoint, saying so, until it is killed. */
final class LoadLoop {
    private LoadLoop() {}

    public static void main(String[] args) {
        StoreHome home = StoreHome.at(Path.of(args[0]));
        for (int i = 0; ; i++) {
            String name = "load-" + i;
            System.out.println("loading " + name);
            home.load(name, SmallGraph.named(name), Progress.NONE);
            System.out.println("loaded " + name);
        }
    }
}
