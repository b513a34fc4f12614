package dev.tablewalk.cli;

import dev.tablewalk.cli.input.Password;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.push.Overview;
import dev.tablewalk.cypher.push.Push;
import dev.tablewalk.cypher.push.PushTarget;
import dev.tablewalk.cypher.push.PushedGraph;
import dev.tablewalk.cypher.push.WholeGraph;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes checkpoints into a Neo4j that runs already. */
@Command(
        name = "push",
        description = {
            "Write checkpoints into a Neo4j that runs already, over Bolt: one server, a cluster, or"
                    + " Aura. What is there already is left alone; what an earlier push left half"
                    + " done is gone on with.",
            "All nodes of the checkpoint NAME have the label Checkpoint_NAME there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk push before after --to bolt://127.0.0.1:7687",
            "  tablewalk push before --to neo4j+s://graph.example.org --database guests"
                    + " --password-file secret",
            "  tablewalk push before --to bolt://127.0.0.1:7687 --replace",
            "  tablewalk push monday tuesday --overview --to neo4j+s://xxxx.databases.neo4j.io"
        })
final class PushCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The checkpoints.")
    private List<String> names = List.of();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description =
                    "Where it is: bolt://HOST:PORT is one server, neo4j://HOST:PORT a cluster by"
                            + " any of its servers. With bolt+s:// and neo4j+s:// all is encrypted,"
                            + " and its certificate verified.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String to;

    @Option(
            names = "--database",
            paramLabel = "DB",
            description = "The database; the user's home database if not given.")
    private @Nullable String database;

    @Option(
            names = "--user",
            paramLabel = "USER",
            defaultValue = "neo4j",
            description = "${DEFAULT-VALUE} if not given.")
    private String user = "neo4j";

    @Mixin private Password password = new Password();

    @Option(
            names = "--replace",
            description = "Remove first what is there under the same name and is something else.")
    private boolean replace;

    @Option(
            names = "--overview",
            description =
                    "Not the whole graph, but guest, kernel, tasks, anomalies, and what violates"
                            + " which constraint: some thousand nodes, of many checkpoints.")
    private boolean overview;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() throws IOException {
        QueryLibrary library = queries.library(home());
        if (!overview && !queries.folders().isEmpty()) {
            throw UserError.input("--queries goes with --overview, which asks constraints");
        }
        List<String> all = names.stream().distinct().toList();
        all.forEach(home()::info); // what is misspelt is said before a password is asked for
        String whom = user + " at " + to;
        PushTarget target =
                new PushTarget(
                        PushTarget.uri(to), database, user, password.read(invocation(), whom));
        try (ConsoleProgress progress = reporting.begin(this)) {
            if (target.isExposed()) {
                progress.say("not encrypted: password and graph can be read on their way");
            }
            progress.stage("connect", 0);
            try (Push push = Push.to(target)) {
                for (String name : all) {
                    push(push, name, library, progress);
                }
            }
        }
        return ExitCode.DONE;
    }

    private void push(Push push, String name, QueryLibrary library, ConsoleProgress progress)
            throws IOException {
        progress.stage("open " + name, 0);
        try (Checkpoint checkpoint = home().open(name)) {
            PushedGraph graph =
                    overview
                            ? Overview.of(
                                    checkpoint, library.constraints(Subject.CHECKPOINT), progress)
                            : new WholeGraph(checkpoint);
            Push.Result result = push.push(graph, replace, progress);
            progress.say(said(graph, result));
        }
    }

    private static String said(PushedGraph graph, Push.Result result) {
        String size = String.format(Locale.ROOT, "%,d", result.size());
        String what =
                graph.info().name()
                        + ": "
                        + size
                        + " nodes and relationships of its "
                        + graph.kind();
        if (result.wasThere()) {
            return what + " are there already";
        }
        return result.begunAt() == 0
                ? what
                : String.format(
                        Locale.ROOT, "%s, of which %,d were there already", what, result.begunAt());
    }
}
