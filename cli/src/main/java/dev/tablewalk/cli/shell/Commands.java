package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.input.Addresses;
import dev.tablewalk.cli.report.InfoReport;
import dev.tablewalk.cli.report.Walk;
import dev.tablewalk.cypher.saved.Nearest;
import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.Optional;

/** What lines that begin with a colon do. */
final class Commands {
    /** All, in the order in which help lists them. */
    static final List<Command> ALL =
            List.of(
                    new Command(
                            "saved",
                            "[ID [KEY=VALUE …]]",
                            "ask a saved query, or list them",
                            List.of(
                                    "Parameters that :param has set are used where none is given.",
                                    ":saved who_maps_frame pa=0x48a3b000"),
                            SavedCommand::run),
                    new Command(
                            "param",
                            "[KEY=VALUE | clear]",
                            "set a $parameter, forget all, or list them",
                            List.of(
                                    "A value is JSON if it is JSON, an integer if it is 0x…, else"
                                            + " text. It stays for the statements that follow.",
                                    ":param pid=1"),
                            ParamCommand::run),
                    new Command(
                            "walk",
                            "PID VA",
                            "translate a virtual address, level by level",
                            List.of(":walk 1 0xaaaab0c81000"),
                            Commands::walk),
                    new Command(
                            "hex",
                            "[on | off]",
                            "show integers in hexadecimal, or no longer",
                            List.of(
                                    "Without a word it changes to the other. Files that :export"
                                            + " writes have decimal numbers."),
                            Commands::hex),
                    new Command(
                            "export",
                            "FILE",
                            "ask the last statement again, and write its rows to a file",
                            List.of(
                                    "The file's ending says the form: .csv .json .ndjson, .txt or"
                                            + " .table. It appears whole or not at all, and"
                                            + " replaces none.",
                                    ":export tasks.csv"),
                            (session, file) -> ExportCommand.run(session, file, false)),
                    new Command(
                            "export!",
                            "FILE",
                            "the same, and replace the file",
                            List.of(":export! tasks.csv"),
                            (session, file) -> ExportCommand.run(session, file, true)),
                    new Command(
                            "schema",
                            "",
                            "list the labels, types and properties that are here",
                            List.of("A property that may be missing is followed by ?"),
                            SchemaCommand::run),
                    new Command(
                            "info",
                            "",
                            "what the checkpoint is of, and how much is in it",
                            List.of(),
                            (session, _) ->
                                    session.screen()
                                            .show(
                                                    out ->
                                                            InfoReport.print(
                                                                    session.checkpoint().info(),
                                                                    out,
                                                                    session.screen().terminal()))),
                    new Command(
                            "help",
                            "[COMMAND]",
                            "tell of a command, or list them",
                            List.of(),
                            HelpCommand::run),
                    new Command(
                            "quit",
                            "",
                            "leave; Ctrl-D does too",
                            List.of(),
                            (session, _) -> session.end()),
                    new Command("exit", "", "the same", List.of(), (session, _) -> session.end()));

    private Commands() {}

    /** A command and what can be said of it. */
    record Command(
            String name, String arguments, String summary, List<String> more, Action action) {
        /** As it is typed. */
        String synopsis() {
            return (":" + name + " " + arguments).strip();
        }
    }

    /** What a command does, given the rest of its line. */
    interface Action {
        void run(Session session, String arguments);
    }

    /**
     * Does what a line says, without its colon.
     *
     * @throws UserError if there is no such command, or it cannot be done
     */
    static void run(Session session, String line) {
        String[] words = line.split("\\s+", 2);
        Command command = named(words[0]);
        String arguments = words.length > 1 ? words[1] : "";
        if (command.arguments().isEmpty() && !arguments.isEmpty()) {
            throw UserError.input(command.synopsis() + " takes nothing after it");
        }
        command.action().run(session, arguments);
    }

    /**
     * The command of a name.
     *
     * @throws UserError if there is none
     */
    static Command named(String name) {
        Optional<Command> known =
                ALL.stream().filter(command -> command.name().equals(name)).findFirst();
        return known.orElseThrow(() -> UserError.input("no command :" + name + nearest(name)));
    }

    private static String nearest(String name) {
        return Nearest.of(name, ALL.stream().map(Command::name).toList())
                        .map(near -> ": did you mean :" + near + "?")
                        .orElse("")
                + "; :help lists them";
    }

    private static void walk(Session session, String arguments) {
        List<String> words = Words.of(arguments);
        if (words.size() != 2 || !words.getFirst().matches("[0-9]{1,9}")) {
            throw UserError.input(
                    "say whose address, and which: :walk PID VA, as in :walk 1 0xaaaab0c81000");
        }
        long va = Addresses.parse(words.getLast());
        Screen screen = session.screen();
        screen.stoppable(
                stop -> {
                    Walk walk =
                            Walk.ask(
                                    session.checkpoint(),
                                    Long.parseLong(words.getFirst()),
                                    va,
                                    stop);
                    screen.show(stop, out -> walk.print(out, screen.terminal()));
                });
    }

    private static void hex(Session session, String word) {
        switch (word) {
            case "" -> session.setHex(!session.isHex());
            case "on" -> session.setHex(true);
            case "off" -> session.setHex(false);
            default -> throw UserError.input("it is :hex, :hex on or :hex off");
        }
        session.screen()
                .note("integers are shown in " + (session.isHex() ? "hexadecimal" : "decimal"));
    }
}
