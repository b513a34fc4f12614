package dev.tablewalk.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Where a process listens on the network, by what the kernel says. */
final class Listening {
    /** Of /proc/net/tcp's column st. */
    private static final String LISTEN = "0A";

    private Listening() {}

    /** Local addresses, as /proc/net/tcp has them. */
    static List<String> ports(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            for (Path file : files.toList()) {
                String target = Files.readSymbolicLink(file).toString();
                if (target.startsWith("socket:[")) {
                    sockets.add(target.substring(8, target.length() - 1));
                }
            }
        }
        List<String> ports = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(process.resolve(table))) {
                List<String> columns = List.of(line.strip().split("\\s+", -1));
                if (columns.get(3).equals(LISTEN) && sockets.contains(columns.get(9))) {
                    ports.add(columns.get(1));
                }
            }
        }
        return ports;
    }
}
