package dev.tablewalk.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody else on this machine, who knocks. */
final class AnotherUser {
    private static final String KNOCK =
            """
            import socket, sys
            try:
                s = socket.socket(socket.AF_UNIX)
                s.settimeout(20)
                s.connect(sys.argv[1])
                text = b"tablewalk 1\\n\\n1\\nfalse\\n"
                s.sendall(b"G" + len(text).to_bytes(4, "big") + text)
                print("answered" if s.recv(1) else "closed")
            except ConnectionError:
                print("closed")
            except PermissionError:
                print("PermissionError")
            """;

    private AnotherUser() {}

    /** Whether this process can be another user. */
    static boolean exists() {
        try {
            return run("print('here')").equals("here");
        } catch (IOException e) {
            return false;
        }
    }

    /** What comes of it: {@code PermissionError}, {@code closed} or {@code answered}. */
    static String connects(Path socket) throws IOException {
        return run(KNOCK, socket.toString());
    }

    private static String run(String program, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=65534",
                                "--clear-groups",
                                "python3",
                                "-c",
                                program));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", "/usr/bin:/bin"); // where anybody may go
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    }
}
