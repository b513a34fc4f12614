package dev.tablewalk.cli.client;

import dev.tablewalk.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command, and what the process that asks for it was started with.
 *
 * @param args the command line
 * @param folder the working directory
 * @param environment the variables that commands know
 * @param terminal what of its streams is a terminal
 * @param begunMillis when it was started, since the epoch
 */
public record Request(
        List<String> args,
        String folder,
        Map<String, String> environment,
        Terminal terminal,
        long begunMillis) {
    /** The variable that holds the password of a Neo4j that is pushed to. */
    public static final String PASSWORD = "TABLEWALK_NEO4J_PASSWORD";

    /** Variables that commands know. */
    private static final List<String> KNOWN =
            List.of(
                    CommandLineStart.VARIABLE,
                    "LIBVIRT_DEFAULT_URI",
                    "PAGER",
                    "PATH",
                    "TERM",
                    PASSWORD);

    /** Does not show the environment, which may hold a password. */
    @Override
    public String toString() {
        return String.join(" ", args);
    }

    /** Of this process's environment. */
    public static Map<String, String> known(Map<String, String> all) {
        Map<String, String> known = new HashMap<>();
        for (String name : KNOWN) {
            String value = all.get(name);
            if (value != null) {
                known.put(name, value);
            }
        }
        return known;
    }

    /** When this process was started: as what started it says, who looked at a clock. */
    public static Instant begun() {
        String micros = System.getProperty("tablewalk.begun", "");
        if (micros.matches("[0-9]{16}")) {
            return Instant.ofEpochMilli(Long.parseLong(micros) / 1000);
        }
        // Up to a second off: the kernel counts from a boot of whole seconds.
        return ProcessHandle.current().info().startInstant().orElse(Instant.now());
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(args.size());
        for (String arg : args) {
            write(out, arg);
        }
        write(out, folder);
        out.writeInt(environment.size());
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            write(out, variable.getKey());
            write(out, variable.getValue());
        }
        out.writeBoolean(terminal.stdin());
        out.writeBoolean(terminal.stdout());
        out.writeBoolean(terminal.stderr());
        out.writeInt(terminal.columns());
        out.writeLong(begunMillis);
        return bytes.toByteArray();
    }

    /** Reads one that was sent. */
    public static Request of(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        List<String> args = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            args.add(read(in));
        }
        String folder = read(in);
        Map<String, String> environment = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            environment.put(read(in), read(in));
        }
        return new Request(
                args,
                folder,
                environment,
                new Terminal(in.readBoolean(), in.readBoolean(), in.readBoolean(), in.readInt()),
                in.readLong());
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("not a request");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
