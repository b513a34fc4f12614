package dev.tablewalk.cli.client;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * Where the process that owns a store home is asked: a socket in a folder of the home that is its
 * user's alone. Whoever is at the other end must be that user, too.
 *
 * @param folder the folder
 */
public record OwnerSocket(Path folder) {
    private static final String FOLDER = ".owner";
    private static final String SOCKET = "socket";

    private static final Set<PosixFilePermission> OURS_ALONE =
            PosixFilePermissions.fromString("rwx------");

    /**
     * The longest name that a socket's address takes (Linux's sun_path), with the byte after it.
     */
    private static final int LONGEST = 108;

    /** Of a store home. */
    public static OwnerSocket of(Path home) {
        return new OwnerSocket(home.resolve(FOLDER));
    }

    /** The socket; it is there as long as somebody listens, and may be longer. */
    public Path path() {
        return folder.resolve(SOCKET);
    }

    /**
     * Makes the folder, for this user alone.
     *
     * @throws IOException if it cannot be made, or is another's, or others may enter it
     */
    public void prepare() throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OURS_ALONE));
        } catch (FileAlreadyExistsException e) {
            // It is judged below, whoever made it.
        }
        requireOurs();
    }

    private void requireOurs() throws IOException {
        PosixFileAttributes of =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!of.isDirectory() || !of.permissions().equals(OURS_ALONE) || !of.owner().equals(me())) {
            throw new IOException(folder + " is not this user's alone");
        }
    }

    /**
     * Listens. Removes the socket of one that listened before and is gone; the caller knows that it
     * is.
     */
    public ServerSocketChannel listen() throws IOException {
        requireOurs();
        Files.deleteIfExists(path());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try (ShortName name = ShortName.of(path())) {
            server.bind(name.address());
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /**
     * Connects to whoever listens.
     *
     * @throws IOException if nobody does, or it is another user
     */
    public SocketChannel connect() throws IOException {
        requireOurs();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (ShortName name = ShortName.of(path())) {
            channel.connect(name.address());
            requireSameUser(channel);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Asks the kernel who is at the other end.
     *
     * @throws IOException if it is another user than this process's
     */
    public static void requireSameUser(SocketChannel channel) throws IOException {
        UserPrincipal other = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!other.equals(me())) {
            throw new SocketException("the other end is " + other.getName() + "'s");
        }
    }

    private static UserPrincipal me() throws IOException {
        return Files.getOwner(Path.of("/proc/self"));
    }

    /**
     * A name of the socket that an address can hold: through a link if its own is too long.
     *
     * @param made the folder with the link, and the link
     */
    private record ShortName(Path path, List<Path> made) implements AutoCloseable {
        static ShortName of(Path socket) throws IOException {
            if (socket.toString().getBytes(StandardCharsets.UTF_8).length < LONGEST) {
                return new ShortName(socket, List.of());
            }
            Path folder = Files.createTempDirectory("tablewalk"); // ours alone
            Path link = folder.resolve("home");
            ShortName name = new ShortName(link.resolve(SOCKET), List.of(link, folder));
            Files.createSymbolicLink(link, socket.resolveSibling("."));
            return name;
        }

        UnixDomainSocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public void close() throws IOException {
            for (Path each : made) {
                Files.deleteIfExists(each);
            }
        }
    }
}
