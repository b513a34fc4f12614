package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where QEMU listens: the path of a unix socket, or host and port of TCP. */
sealed interface QemuAddress {
    /** A socket in the file system. */
    record Unix(Path path) implements QemuAddress {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A port of TCP. */
    record Tcp(String host, int port) implements QemuAddress {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code :PORT}. */
    Pattern HOST_PORT =
            Pattern.compile(
                    "(?:\\[(?<six>[0-9a-fA-F:.%a-z]+)]|(?<host>[^:/,]*)):(?<port>[0-9]{1,5})");

    /**
     * Reads {@code PATH}, {@code HOST:PORT}, or either as QEMU writes it, behind {@code unix:} or
     * {@code tcp:}. What has a slash in it is a path.
     *
     * @throws UserError if it is neither
     */
    static QemuAddress parse(String text) {
        if (text.startsWith("unix:")) {
            return unix(text.substring("unix:".length()));
        }
        boolean tcp = text.startsWith("tcp:");
        Matcher m = HOST_PORT.matcher(tcp ? text.substring("tcp:".length()) : text);
        if (m.matches()) {
            int port = Integer.parseInt(m.group("port"));
            String host = m.group("six") != null ? m.group("six") : m.group("host");
            if (port > 0 && port < 1 << 16) {
                return new Tcp(host.isEmpty() ? "127.0.0.1" : host, port);
            }
        }
        if (tcp || text.isEmpty()) {
            throw UserError.input(
                    "'" + text + "' is no address; give the path of a unix socket, or HOST:PORT");
        }
        return unix(text);
    }

    private static QemuAddress unix(String path) {
        try {
            return new Unix(Path.of(path));
        } catch (InvalidPathException e) {
            throw UserError.input("'" + path + "' is no path of a socket", e);
        }
    }

    /** A channel that is not connected yet, for {@link #socket}. */
    default SocketChannel open() throws IOException {
        return switch (this) {
            case Unix unix -> SocketChannel.open(StandardProtocolFamily.UNIX);
            case Tcp tcp -> SocketChannel.open();
        };
    }

    /** The address as the system takes it; a name is looked up. */
    default SocketAddress socket() {
        return switch (this) {
            case Unix unix -> UnixDomainSocketAddress.of(unix.path);
            case Tcp tcp -> new InetSocketAddress(tcp.host, tcp.port);
        };
    }
}
