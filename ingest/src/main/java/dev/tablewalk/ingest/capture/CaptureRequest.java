package dev.tablewalk.ingest.capture;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to capture.
 *
 * @param guest how QEMU is reached
 * @param out the file to write
 * @param replace whether it may take another's place
 * @param registers whether vCPUs' registers are wanted
 * @param gdb where QEMU's stub for debuggers listens: a path or {@code host:port}; if not given,
 *     the one that QEMU has is found, or one is started
 */
public record CaptureRequest(
        Guest guest, Path out, boolean replace, boolean registers, Optional<String> gdb) {
    /**
     * The address of QEMU's that a text means in another folder than this process's.
     *
     * @throws dev.tablewalk.graph.UserError if it is none
     */
    public static String addressIn(Path folder, String address) {
        return switch (QemuAddress.parse(address)) {
            case QemuAddress.Unix(Path path) -> "unix:" + folder.resolve(path);
            case QemuAddress.Tcp tcp -> address;
        };
    }

    /** How QEMU is reached. */
    public sealed interface Guest {
        /**
         * By its QMP socket.
         *
         * @param address the path of a unix socket, or {@code host:port}
         */
        record Qmp(String address) implements Guest {}

        /**
         * Through libvirt.
         *
         * @param domain its name, id or UUID
         * @param uri which libvirt, as {@code LIBVIRT_DEFAULT_URI} says it; the usual one if not
         *     given
         */
        record Libvirt(String domain, Optional<String> uri) implements Guest {}
    }
}
