package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.cypher.series.SeriesWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes checkpoints. */
@Command(
        name = "remove",
        description = "Remove checkpoints; the images that they were read from stay.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk remove before",
            "  tablewalk remove before after",
            "  tablewalk remove --series my-guest"
        })
final class RemoveCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The checkpoints.")
    private List<String> names = List.of();

    @Option(
            names = "--series",
            description =
                    "The names are those of series: remove all their moments, and what is known of"
                            + " them.")
    private boolean series;

    @Override
    public Integer call() {
        StoreHome home = home();
        if (series) {
            List<Series> all = names.stream().map(name -> Series.existing(home, name)).toList();
            for (Series one : all) {
                SeriesWriter.remove(one);
                err().println("removed the series " + one.prefix());
            }
            return ExitCode.DONE;
        }
        // All or none: a misspelt name among them must not cost the others.
        names.forEach(home::info);
        for (String name : names) {
            home.remove(name);
            err().println("removed " + name);
        }
        return ExitCode.DONE;
    }
}
