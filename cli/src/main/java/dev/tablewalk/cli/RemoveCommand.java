package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cypher.StoreHome;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes checkpoints. */
@Command(
        name = "remove",
        description = "Remove checkpoints; the images that they were read from stay.",
        footerHeading = "%nExamples:%n",
        footer = {"  tablewalk remove before", "  tablewalk remove before after"})
final class RemoveCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The checkpoints.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        StoreHome home = home();
        // All or none: a misspelt name among them must not cost the others.
        names.forEach(home::info);
        for (String name : names) {
            home.remove(name);
            err().println("removed " + name);
        }
        return ExitCode.DONE;
    }
}
