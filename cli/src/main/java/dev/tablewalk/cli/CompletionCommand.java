package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script that lets a shell complete tablewalk's commands and options. */
@Command(
        name = "completion",
        description = "Print a script that teaches bash or zsh to complete tablewalk's commands.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(tablewalk completion)",
            "  tablewalk completion > /etc/bash_completion.d/tablewalk"
        })
final class CompletionCommand extends Verb {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec root = Objects.requireNonNull(spec.root());
        out().print(AutoComplete.bash(root.name(), root.commandLine()));
        return ExitCode.DONE;
    }
}
