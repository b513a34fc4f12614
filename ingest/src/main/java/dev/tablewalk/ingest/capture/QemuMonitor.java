package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.Map;

/**
 * The monitor of a running QEMU: commands of QMP (QEMU {@code docs/interop/qmp-spec.rst}, {@code
 * qapi/*.json}), one at a time, from any thread. Answers are bounded in size and time.
 */
interface QemuMonitor extends AutoCloseable {
    /** How long QEMU may take for an answer. */
    Duration PATIENCE = Duration.ofSeconds(10);

    /** The most bytes an answer may have. */
    int MOST_BYTES = 16 << 20;

    /** QEMU has understood a command, and says no. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String command, String why) {
            super("QEMU refuses " + command + ": " + why);
        }
    }

    /**
     * Has a command done.
     *
     * @return what stands under {@code return}
     * @throws UserError if QEMU cannot be reached or does not answer
     */
    JsonNode ask(String command, Map<String, ?> arguments) throws Refused;

    /** As {@link #ask}, of a command that QEMU has no reason to refuse. */
    default JsonNode execute(String command, Map<String, ?> arguments) {
        try {
            return ask(command, arguments);
        } catch (Refused e) {
            throw UserError.input(String.valueOf(e.getMessage()), e);
        }
    }

    default JsonNode execute(String command) {
        return execute(command, Map.of());
    }

    /** What QEMU's monitor for people prints; it tells of an error only in its text. */
    default String human(String line) {
        return execute("human-monitor-command", Map.of("command-line", line)).asText();
    }

    @Override
    void close();
}
