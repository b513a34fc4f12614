package dev.tablewalk.cli;

import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.input.Times;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.process.Owner;
import dev.tablewalk.cypher.OpenStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import picocli.CommandLine.Command;

/** The process that stays, and runs the commands of others. Started by them. */
@Command(
        name = "daemon",
        hidden = true,
        description = {
            "Stay, and run the commands of other processes on this store home.",
            "Ends when nobody has asked for $TABLEWALK_DAEMON_IDLE, such as 90s, 30m or 2h; "
                    + DaemonCommand.IDLE
                    + " if not given. Commands start it when they need it, and tablewalk stop ends"
                    + " it."
        })
final class DaemonCommand extends Verb {
    static final String IDLE = "30m";

    /** Stores that stay open for the next who asks. */
    private static final int KEPT_STORES = 4;

    @Override
    public Integer call() {
        Duration idle =
                Times.parse(
                        "TABLEWALK_DAEMON_IDLE",
                        Objects.requireNonNullElse(System.getenv("TABLEWALK_DAEMON_IDLE"), IDLE));
        Path home = home().folder();
        try (OpenStores stores = new OpenStores(KEPT_STORES)) {
            Owner owner = Owner.become(home, Client.mine(true), Main::run, stores);
            if (owner != null) {
                Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stores::close));
                owner.stay(idle, System::gc);
            }
        }
        return ExitCode.DONE;
    }
}
