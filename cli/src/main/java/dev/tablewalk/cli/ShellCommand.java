package dev.tablewalk.cli;

import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.shell.Shell;
import dev.tablewalk.cypher.Checkpoint;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a checkpoint one statement after the other. */
@Command(
        name = "shell",
        description = {
            "Open a checkpoint once and ask it one question after the other in Cypher.",
            "On a terminal it prompts: a statement ends with ; and :help lists the commands. Else"
                    + " it does what standard input says, and ends at the first error."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk shell before",
            "  tablewalk shell before -p pid=1",
            "  tablewalk shell before < questions.cypher",
            "  echo ':saved who_maps_frame pa=0x48a3b000' | tablewalk shell before --format csv"
        })
final class ShellCommand extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = {"-p", "--param"},
            paramLabel = "KEY=VALUE",
            description =
                    "The value of $KEY: JSON if it is JSON, an integer if it is 0x…, else text."
                            + " Repeat for each; :param sets more.")
    private List<String> parameters = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private RowFormat format = RowFormat.TABLE;

    @Override
    public Integer call() {
        boolean typed = terminal().stdin() && terminal().stdout();
        Shell.Settings settings =
                new Shell.Settings(
                        format,
                        parameters,
                        queries.library(home()),
                        home().shellHistory(),
                        invocation()::path,
                        root().stacktrace());
        try (Checkpoint checkpoint = open(typed)) {
            if (typed) {
                Shell.prompt(checkpoint, settings, invocation().window(), err());
            } else {
                Shell.script(
                        checkpoint,
                        settings,
                        new InputStreamReader(
                                invocation().streams().in(), StandardCharsets.UTF_8.newDecoder()),
                        out(),
                        terminal());
            }
        }
        return ExitCode.DONE;
    }

    private Checkpoint open(boolean typed) {
        try (ConsoleProgress progress = Reporting.begin(this, !typed, false)) {
            progress.stage("open", 0);
            return home().open(name);
        }
    }
}
