package dev.tablewalk.cli.input;

import dev.tablewalk.cli.process.Invocation.Place;
import dev.tablewalk.ingest.capture.CaptureRequest;
import dev.tablewalk.ingest.capture.CaptureRequest.Guest;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The running guest that is meant: what a command takes of options to capture it. */
public final class GuestOptions {
    /** How QEMU is reached. */
    static final class Reached {
        @Option(
                names = "--qmp",
                paramLabel = "SOCKET",
                required = true,
                description =
                        "QEMU's QMP socket (its option -qmp): the path of a unix socket, or"
                                + " HOST:PORT.")
        private @Nullable String qmp;

        @Option(
                names = "--libvirt",
                paramLabel = "NAME",
                required = true,
                description = "A domain of libvirt, reached through virsh.")
        private @Nullable String libvirt;

        private Guest guest(Place place) {
            return qmp != null
                    ? new Guest.Qmp(address(qmp, place))
                    : new Guest.Libvirt(
                            Objects.requireNonNull(libvirt),
                            Optional.ofNullable(place.environment().get("LIBVIRT_DEFAULT_URI")));
        }
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Reached reached;

    /** The CPUs' registers. */
    static final class Registers {
        @Option(
                names = "--gdb",
                paramLabel = "ADDRESS",
                required = true,
                description =
                        "Where QEMU's stub for debuggers listens: path or HOST:PORT. If not given,"
                                + " QEMU is asked, or one is started and taken down again.")
        private @Nullable String gdb;

        @Option(
                names = "--no-registers",
                required = true,
                description = "Do not read the CPUs' registers.")
        private boolean none;
    }

    @ArgGroup private Registers registers = new Registers();

    /**
     * To capture it, as who has started the command names it.
     *
     * @param replace whether {@code out} may take another's place
     * @param place where that was
     */
    public CaptureRequest request(Path out, boolean replace, Place place) {
        return new CaptureRequest(
                reached.guest(place),
                out,
                replace,
                !registers.none,
                Optional.ofNullable(registers.gdb).map(address -> address(address, place)));
    }

    /** A path is relative to where the command was started; one that is short may have to be. */
    private static String address(String text, Place place) {
        return place.folder().equals(Path.of("").toAbsolutePath())
                ? text
                : CaptureRequest.addressIn(place.folder(), text);
    }
}
