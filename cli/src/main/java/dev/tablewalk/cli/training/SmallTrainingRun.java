package dev.tablewalk.cli.training;

import dev.tablewalk.cli.Main;
import java.nio.file.Path;

/** Does once what users do without Neo4j; where this runs, it is not on the class path. */
public final class SmallTrainingRun {
    private SmallTrainingRun() {}

    /**
     * Runs the commands.
     *
     * @param args the folder that {@link TrainingRun} worked in
     */
    public static void main(String[] args) {
        String home = Path.of(args[0]).resolve(TrainingRun.HOME).toString();
        Main.quietly("--version");
        Main.quietly("--help");
        Main.quietly("help", "query");
        Main.quietly("list", "--home", home);
        Main.quietly("list", "--home", home, "--format", "json");
        Main.quietly("info", "--home", home, TrainingRun.NAME);
        Main.quietly("info", "--home", home, "none");
        Main.quietly("queries", "--home", home);
        Main.quietly("queries", "--home", home, "overlapping_vmas");
        Main.quietly("completion");
        Main.quietly("stop", "--home", home);
    }
}
