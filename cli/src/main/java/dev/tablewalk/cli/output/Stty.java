package dev.tablewalk.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program that knows the terminal of this process. */
public final class Stty {
    private Stty() {}

    /**
     * Runs it to its end.
     *
     * @return what it printed
     * @throws IOException if there is no such program, or no terminal
     */
    public static String run(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(args));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/tty"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text.strip();
    }
}
