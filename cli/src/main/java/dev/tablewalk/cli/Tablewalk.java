package dev.tablewalk.cli;

import dev.tablewalk.cli.client.CommandLineStart;
import dev.tablewalk.cli.output.ErrorLine;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.cypher.StoreHome;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that all others hang from, and the options that they share. */
@Command(
        name = "tablewalk",
        description = {
            "Turns the RAM of a Linux guest into a graph of the kernel's memory structures, and"
                    + " answers questions about it in Cypher.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk ingest guest.raw --as before",
            "  tablewalk query before 'MATCH (t:Task) RETURN t.pid, t.comm LIMIT 5'",
            "  tablewalk walk before --pid 1 0xaaaab0c81000",
            "  tablewalk check before",
            "  tablewalk diff before after",
            "",
            "Exit codes: 0 done; 1 done, and something was found; 2 the input is wrong; 3 the"
                    + " image cannot be understood; 4 an internal error."
        },
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        subcommands = {
            CaptureCommand.class,
            IngestCommand.class,
            WatchCommand.class,
            ListCommand.class,
            InfoCommand.class,
            RemoveCommand.class,
            QueryCommand.class,
            ShellCommand.class,
            ServeCommand.class,
            QueriesCommand.class,
            CheckCommand.class,
            WalkCommand.class,
            DiffCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            FleetCommand.class,
            PushCommand.class,
            DemoCommand.class,
            StopCommand.class,
            DaemonCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
final class Tablewalk implements Runnable {
    private final Invocation invocation;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "The folder that holds checkpoints. Else $TABLEWALK_HOME, else ./.tablewalk.")
    private @Nullable Path home;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "With an error, show where in tablewalk it arose.")
    private boolean stacktrace;

    @Option(
            names = "--no-daemon",
            scope = ScopeType.INHERIT,
            description =
                    "Leave no process running that answers the next command at once, as"
                            + " TABLEWALK_DAEMON=off does; one that runs already is asked.")
    @SuppressWarnings("UnusedVariable") // what starts this process has seen to it
    private boolean noDaemon;

    Tablewalk(Invocation invocation) {
        this.invocation = invocation;
    }

    CommandLine commandLine() {
        Terminal terminal = invocation.terminal();
        return new CommandLine(this)
                .registerConverter(Path.class, invocation::path)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(terminal.stdout() ? Math.clamp(terminal.columns(), 60, 120) : 80)
                .setParameterExceptionHandler(
                        (e, args) ->
                                ErrorLine.parameters(
                                        e, e.getCommandLine().getErr(), stacktrace(args)))
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> ErrorLine.print(e, command.getErr(), stacktrace));
    }

    /** A parse that failed may not have come as far as the option. */
    private static boolean stacktrace(String[] args) {
        return Arrays.asList(args).contains("--stacktrace");
    }

    boolean stacktrace() {
        return stacktrace;
    }

    /** The folder that was named with {@code --home}, if one was. */
    @Nullable Path statedHome() {
        return home;
    }

    Invocation invocation() {
        return invocation;
    }

    /** For results, and for nothing else. */
    PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    /** For all that is not a result. */
    PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    /** The store home that the options or the environment name; it need not exist. */
    StoreHome home() {
        return invocation.home(
                home != null
                        ? home
                        : invocation.path(
                                CommandLineStart.stated(invocation.place().environment())));
    }

    @Override
    public void run() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        throw new CommandLine.ParameterException(commandLine, "no command given");
    }
}
