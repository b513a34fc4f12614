package dev.tablewalk.cli;

import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.output.ExitCode;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends the process that stays. */
@Command(
        name = "stop",
        description = {
            "End the process that commands on this store home have left running, if there is one.",
            "What it runs for others is let run to its end first, and is told."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  tablewalk stop", "  tablewalk stop --now --home /data/checkpoints"})
final class StopCommand extends Verb {
    @Option(names = "--now", description = "Stop what it runs for others, too.")
    private boolean now;

    @Override
    public Integer call() throws IOException {
        Client.stop(
                home().folder(),
                now,
                user -> {
                    err().println((now ? "stops " : "waits for ") + user);
                    err().flush();
                });
        return ExitCode.DONE;
    }
}
