package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stub for debuggers that vCPUs' registers are read through: the one that was named, or that
 * QEMU has ({@code -gdb}), else one that is started ({@code gdbserver} of QEMU's monitor) and taken
 * down again. What is started listens on a unix socket that only QEMU's own user and root can
 * connect to; where QEMU cannot make one, on a port of the loopback.
 */
final class GdbServer implements AutoCloseable {
    /** Of the socket's name, beside the work file. */
    static final String SUFFIX = ".gdb";

    /** {@code sun_path} of {@code unix(7)}, with its NUL. */
    private static final int MOST_PATH = 107;

    private static final String LOOPBACK = "tcp:127.0.0.1:0";
    private static final String DISCONNECTED = "disconnected:";

    private final QemuMonitor monitor;
    private final QemuAddress address;
    private final boolean started;
    private @Nullable GdbStub stub;
    private boolean closed;

    private GdbServer(QemuMonitor monitor, QemuAddress address, boolean started) {
        this.monitor = monitor;
        this.address = address;
        this.started = started;
    }

    /**
     * Finds or starts it. Nothing connects yet: that would stop the guest.
     *
     * @param named where a stub listens, if the user says so
     * @param socket where one that is started may listen
     * @throws IOException if there is none to be had, with the reason
     */
    static GdbServer open(QemuMonitor monitor, Optional<QemuAddress> named, Path socket)
            throws IOException {
        if (named.isPresent()) {
            return new GdbServer(monitor, named.get(), false);
        }
        Optional<String> running = listening(monitor);
        if (running.isPresent()) {
            QemuAddress address = address(running.get());
            if (!(address instanceof QemuAddress.Unix(Path path)
                    && WorkFile.isBeside(path, SUFFIX))) {
                return new GdbServer(monitor, address, false);
            }
            monitor.human("gdbserver none"); // of a capture that was killed
        }
        String path = socket.toString();
        boolean fits = path.length() <= MOST_PATH && path.chars().allMatch(c -> c > ' ' && c < 127);
        if (fits) {
            monitor.human("gdbserver unix:" + path.replace(",", ",,") + ",server=on,wait=off");
        }
        Optional<String> mine = fits ? listening(monitor) : Optional.empty();
        if (mine.isEmpty()) {
            monitor.human("gdbserver " + LOOPBACK);
            mine = listening(monitor);
        }
        if (mine.isEmpty()) {
            throw new IOException("this QEMU starts no stub for debuggers");
        }
        return new GdbServer(monitor, address(mine.get()), true);
    }

    /** The name that QEMU's list of character devices has for it. */
    private static Optional<String> listening(QemuMonitor monitor) {
        for (JsonNode device : monitor.execute("query-chardev")) {
            if (device.path("label").asText().equals("gdb")) {
                return Optional.of(device.path("filename").asText());
            }
        }
        return Optional.empty();
    }

    /** Of {@code disconnected:unix:/path,server=on}. */
    private static QemuAddress address(String name) throws IOException {
        int options = name.lastIndexOf(",server");
        if (!name.startsWith(DISCONNECTED) || options < 0) {
            throw new IOException(
                    "another debugger is at QEMU's stub, or it is no socket: " + name);
        }
        try {
            return QemuAddress.parse(name.substring(DISCONNECTED.length(), options));
        } catch (UserError e) {
            throw new IOException("the stub's address makes no sense: " + name, e);
        }
    }

    /** Reads the registers of all vCPUs; the guest is stopped, and stays so. */
    List<CpuRegisters> read(RegisterFormats formats) throws IOException {
        GdbStub connected;
        synchronized (this) {
            if (closed) {
                throw new IOException("interrupted");
            }
            connected = GdbStub.connect(address);
            stub = connected;
        }
        return connected.read(formats);
    }

    /** Lets go of a guest that is to run again. */
    synchronized void detach() throws IOException {
        if (stub != null) {
            stub.detach();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (stub != null) {
            stub.close();
        }
        if (started) {
            monitor.human("gdbserver none");
        }
    }
}
