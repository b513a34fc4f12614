package dev.tablewalk.cli.client;

import java.io.IOException;
import java.util.List;

/**
 * Who somebody is at the other end of a connection.
 *
 * @param build of tablewalk, such that no other has the same
 * @param pid its process
 * @param stays whether the process was started to stay, and is in nobody's hands
 * @param options for its JVM, as they were given it
 */
public record Greeting(String build, long pid, boolean stays, String options) {
    /** What the frames mean, and their order. Changes when they do. */
    private static final String PROTOCOL = "tablewalk 1";

    String text() {
        return String.join(
                "\n", PROTOCOL, build, Long.toString(pid), Boolean.toString(stays), options);
    }

    /** Greets, and is greeted. */
    public static Greeting exchange(Connection connection, Greeting mine) throws IOException {
        connection.send(Connection.Kind.GREETING, mine.text());
        Connection.Frame frame = connection.receive();
        if (frame == null || frame.kind() != Connection.Kind.GREETING) {
            throw new IOException("no greeting");
        }
        List<String> lines = List.of(frame.text().split("\n", 5));
        if (lines.size() < 5 || !lines.getFirst().equals(PROTOCOL)) {
            throw new IOException("another protocol");
        }
        try {
            return new Greeting(
                    lines.get(1),
                    Long.parseLong(lines.get(2)),
                    Boolean.parseBoolean(lines.get(3)),
                    lines.get(4));
        } catch (NumberFormatException e) {
            throw new IOException("another protocol", e);
        }
    }
}
