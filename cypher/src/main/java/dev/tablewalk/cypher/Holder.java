package dev.tablewalk.cypher;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a checkpoint or its folder, by its own account.
 *
 * @param command as it was typed
 * @param since when it was started
 */
public record Holder(long pid, String command, Instant since) {
    /** This process. */
    public static Holder me() {
        return new Holder(
                ProcessHandle.current().pid(),
                commandLine(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String commandLine() {
        // "dev.tablewalk.cli.Main query lab …" or "/path/to/cli.jar query lab …".
        String java = System.getProperty("sun.java.command", "");
        int blank = java.indexOf(' ');
        return "tablewalk" + (blank < 0 ? "" : " " + Text.oneLine(java.substring(blank), 60));
    }

    String text() {
        return pid + "\n" + command + "\n" + since + "\n";
    }

    static @Nullable Holder parse(String text) {
        List<String> lines = text.lines().toList();
        try {
            return new Holder(
                    Long.parseLong(lines.get(0)), lines.get(1), Instant.parse(lines.get(2)));
        } catch (RuntimeException e) {
            return null; // The lock tells that it is held; its holder has yet to say who it is.
        }
    }

    /** Such as {@code process 123 (tablewalk query lab …, since 12:00:00)}. */
    public String describe() {
        LocalTime at =
                LocalTime.ofInstant(since, ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        return "process %d (%s, since %tT)".formatted(pid, Text.oneLine(command, 80), at);
    }
}
