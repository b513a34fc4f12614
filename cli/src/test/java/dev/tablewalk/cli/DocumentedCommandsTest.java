package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Every command line that a page shows is one that tablewalk takes. */
class DocumentedCommandsTest {
    private static final Set<String> SHELL = Set.of("sh", "bash", "console");

    private static CommandLine tablewalk() {
        return Main.commands().commandLine();
    }

    /** The name of the subcommand that it is, with that of its own subcommand. */
    private static String parse(List<String> words) {
        ParseResult parsed = tablewalk().parseArgs(words.stream().skip(1).toArray(String[]::new));
        StringBuilder name = new StringBuilder();
        for (ParseResult each :
                parsed.asCommandLineList().stream()
                        .skip(1)
                        .map(CommandLine::getParseResult)
                        .toList()) {
            name.append(name.isEmpty() ? "" : " ").append(each.commandSpec().name());
        }
        return name.toString();
    }

    @Test
    void eachIsTakenAsItStands() throws IOException {
        List<String> refused = new ArrayList<>();
        Set<String> subcommands = new TreeSet<>();
        int commands = 0;
        for (String page : Docs.pages()) {
            for (Docs.Block block : Docs.blocks(page)) {
                if (!SHELL.contains(block.language())) {
                    continue;
                }
                for (List<String> words :
                        CommandLines.of(block.text(), block.language().equals("console"))) {
                    if (!CommandLines.isTablewalk(words)) {
                        continue;
                    }
                    commands++;
                    try {
                        subcommands.add(parse(words));
                    } catch (ParameterException e) {
                        refused.add(page + ": " + String.join(" ", words) + ": " + e.getMessage());
                    }
                }
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(commands >= 50, "only " + commands + " commands");
        assertTrue(
                subcommands.containsAll(
                        Set.of(
                                "capture",
                                "check",
                                "demo",
                                "diff",
                                "export",
                                "fleet query",
                                "ingest",
                                "push",
                                "queries",
                                "query",
                                "serve",
                                "shell",
                                "verify",
                                "watch")),
                subcommands::toString);
    }

    /** In a text a command may be cut short, but has no option that does not exist. */
    @Test
    void soAreThoseInTheText() throws IOException {
        List<String> refused = new ArrayList<>();
        int commands = 0;
        for (String page : Docs.pages()) {
            for (String code : Docs.codeInText(page)) {
                for (List<String> words : CommandLines.of(code, false)) {
                    if (!CommandLines.isTablewalk(words) || words.size() == 1) {
                        continue;
                    }
                    commands++;
                    try {
                        parse(words);
                    } catch (MissingParameterException e) {
                        // cut short
                    } catch (ParameterException e) {
                        refused.add(page + ": " + code + ": " + e.getMessage());
                    }
                }
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(commands >= 15, "only " + commands + " commands");
    }

    /** No block with a command escapes because its fence names another language, or none. */
    @Test
    void commandsStandInBlocksOfAShell() throws IOException {
        List<String> elsewhere = new ArrayList<>();
        for (String page : Docs.pages()) {
            for (Docs.Block block : Docs.blocks(page)) {
                if (!SHELL.contains(block.language())
                        && block.text()
                                .lines()
                                .anyMatch(line -> line.matches("(\\$ )?(\\./)?tablewalk .*"))) {
                    elsewhere.add(block.toString());
                }
            }
        }
        assertEquals(List.of(), elsewhere);
    }

    @Test
    void whatDoesNotExistIsRefused() {
        for (String line :
                List.of(
                        "tablewalk check mine --fail-at major",
                        "tablewalk chek mine",
                        "tablewalk fleet ask fleet",
                        "tablewalk ingest guest.raw --as",
                        "tablewalk check mine --rows few")) {
            List<List<String>> commands = CommandLines.of(line, false);
            assertEquals(1, commands.size());
            assertThrows(ParameterException.class, () -> parse(commands.getFirst()), line);
        }
    }

    @Test
    void commandLinesAreReadAsAShellDoes() {
        assertEquals(
                List.of(
                        List.of("tablewalk", "query", "a", "RETURN 1 | 2 # 3"),
                        List.of("head", "-1"),
                        List.of("tablewalk", "check", "a", "--rows", "3"),
                        List.of("tablewalk", "list")),
                CommandLines.of(
                        """
                        X=1 tablewalk query a 'RETURN 1 | 2 # 3' 2>&1 | head -1 > out.txt   # so
                        # tablewalk nothing
                        tablewalk check a \\
                          --rows 3; ./tablewalk list &
                        """
                                .replace("./", ""),
                        false));
        assertEquals(
                List.of(List.of("./tablewalk", "query", "a", "MATCH (t)\n  RETURN t")),
                CommandLines.of(
                        "$ ./tablewalk query a \"MATCH (t)\n  RETURN t\"\nt's rows\n3 rows\n",
                        true));
    }
}
