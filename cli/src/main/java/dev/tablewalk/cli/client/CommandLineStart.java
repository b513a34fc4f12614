package dev.tablewalk.cli.client;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command line is about, as far as can be told without reading all of it. */
public final class CommandLineStart {
    /** The variable that names the store home. */
    public static final String VARIABLE = "TABLEWALK_HOME";

    private static final String OPTION = "--home";

    private CommandLineStart() {}

    /** Where the store home is if no option says. */
    public static String stated(Map<String, String> environment) {
        String stated = environment.get(VARIABLE);
        return stated == null || stated.isEmpty() ? ".tablewalk" : stated;
    }

    /** Where arguments and environment say that the store home is; absolute. */
    public static Path home(Map<String, String> environment, Path folder, String... args) {
        String option = option(args);
        return folder.resolve(option == null ? stated(environment) : option).normalize();
    }

    private static @Nullable String option(String... args) {
        for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
            if (args[i].equals(OPTION) && i + 1 < args.length) {
                return args[i + 1];
            }
            if (args[i].startsWith(OPTION + "=")) {
                return args[i].substring(OPTION.length() + 1);
            }
        }
        return null;
    }

    /** The command among the arguments: the first that is neither an option nor of one; or none. */
    public static String command(String... args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(OPTION)) {
                i++;
            } else if (!args[i].startsWith("-")) {
                return args[i];
            }
        }
        return "";
    }
}
