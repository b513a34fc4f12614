package dev.tablewalk.fleet.spark;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code --spark} names, as {@code spark-submit --master} takes it. */
final class Master {
    private static final String STANDALONE = "spark://";
    private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\[\\]]+)]?:([0-9]{1,5})");
    private static final int PATIENCE_MILLIS = 5000;
    private static final int MOST_PORTS = 1 << 16;

    private Master() {}

    /**
     * Looks whether a standalone master is there, which Spark itself takes a minute for. Others are
     * not known by an address.
     *
     * @throws UserError if none of those named answers within 5 s each
     */
    static void requireThere(String master) {
        if (!master.startsWith(STANDALONE)) {
            return;
        }
        for (String each : master.substring(STANDALONE.length()).split(",", -1)) {
            Matcher address = ADDRESS.matcher(each);
            if (!address.matches() || Integer.parseInt(address.group(2)) >= MOST_PORTS) {
                throw UserError.input(master + " is no master of Spark's: spark://HOST:PORT");
            }
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2))),
                        PATIENCE_MILLIS);
                return;
            } catch (IOException e) {
                // Of several, one is enough.
            }
        }
        throw UserError.input(master + " does not answer: is a Spark master running there?");
    }
}
