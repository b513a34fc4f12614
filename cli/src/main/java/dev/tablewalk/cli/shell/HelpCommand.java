package dev.tablewalk.cli.shell;

import java.util.ArrayList;
import java.util.List;

/** Tells what can be typed. */
final class HelpCommand {
    private HelpCommand() {}

    static void run(Session session, String name) {
        List<String> lines = name.isEmpty() ? all() : one(name);
        session.screen().show(out -> lines.forEach(out::println));
    }

    private static List<String> one(String name) {
        Commands.Command command = Commands.named(name.startsWith(":") ? name.substring(1) : name);
        List<String> lines = new ArrayList<>();
        lines.add(command.synopsis() + ": " + command.summary() + ".");
        command.more().forEach(line -> lines.add(line.startsWith(":") ? "  " + line : line));
        return lines;
    }

    private static List<String> all() {
        int width =
                Commands.ALL.stream()
                        .mapToInt(command -> command.synopsis().length())
                        .max()
                        .orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add("A statement of Cypher may take several lines, and ends with ;");
        lines.add("A command takes one line:");
        for (Commands.Command command : Commands.ALL) {
            lines.add(
                    "  "
                            + command.synopsis()
                            + " ".repeat(width + 2 - command.synopsis().length())
                            + command.summary());
        }
        lines.add("Tab completes; Ctrl-C stops a query, and at the prompt drops what is typed.");
        return lines;
    }
}
