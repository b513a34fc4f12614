package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The monitor of a libvirt domain, whose QMP socket libvirt keeps to itself: each command is one
 * run of {@code virsh qemu-monitor-command}. {@code LIBVIRT_DEFAULT_URI} says which libvirt.
 */
final class LibvirtMonitor implements QemuMonitor {
    private final String domain;
    private final Optional<String> uri;

    /**
     * @param domain its name, id or UUID, as virsh takes it
     * @param uri which libvirt; what this process's environment says if not given
     */
    LibvirtMonitor(String domain, Optional<String> uri) {
        if (domain.isEmpty() || domain.startsWith("-")) {
            throw UserError.input("'" + domain + "' is no name of a libvirt domain");
        }
        this.domain = domain;
        this.uri = uri;
    }

    @Override
    public synchronized JsonNode ask(String command, Map<String, ?> arguments) throws Refused {
        try {
            String message =
                    QmpReply.JSON.writeValueAsString(
                            arguments.isEmpty()
                                    ? Map.of("execute", command)
                                    : Map.of("execute", command, "arguments", arguments));
            return QmpReply.result(
                    command, QmpReply.parse(answer(command, message), toString()), toString());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(command, e);
        }
    }

    /** Whether virsh says that it cannot reach the domain's QEMU. */
    boolean isGone() {
        return virsh("query-status", "{\"execute\":\"query-status\"}").exitCode != 0;
    }

    private byte[] answer(String command, String message) {
        Ran ran = virsh(command, message);
        if (ran.exitCode != 0) {
            throw UserError.input(
                    "virsh cannot reach "
                            + this
                            + ": "
                            + new String(ran.err, StandardCharsets.UTF_8).strip());
        }
        return ran.out;
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way
    private record Ran(int exitCode, byte[] out, byte[] err) {}

    private Ran virsh(String command, String message) {
        Process process;
        try {
            ProcessBuilder builder =
                    new ProcessBuilder("virsh", "qemu-monitor-command", domain, message);
            uri.ifPresent(which -> builder.environment().put("LIBVIRT_DEFAULT_URI", which));
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw UserError.input(
                    "cannot run virsh: "
                            + e.getMessage()
                            + "; install it (libvirt-clients), or give QEMU a socket of its own"
                            + " with -qmp and name it with --qmp",
                    e);
        }
        CompletableFuture<byte[]> out = reading(process.getInputStream());
        CompletableFuture<byte[]> err = reading(process.getErrorStream());
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw UserError.input(
                        "virsh did not come back from "
                                + command
                                + " within "
                                + PATIENCE.toSeconds()
                                + " s");
            }
            return new Ran(process.exitValue(), whole(out), whole(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.input("interrupted while virsh was at work", e);
        } finally {
            process.destroyForcibly(); // and with it what is read of it ends
        }
    }

    private byte[] whole(CompletableFuture<byte[]> output) throws InterruptedException {
        try {
            return output.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw UserError.input("the answer of virsh for " + this + " cannot be read", e);
        }
    }

    private static CompletableFuture<byte[]> reading(InputStream from) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (from) {
                        return from.readNBytes(MOST_BYTES);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }

    @Override
    public String toString() {
        return "libvirt domain " + domain;
    }
}
