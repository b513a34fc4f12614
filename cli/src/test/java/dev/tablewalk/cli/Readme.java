package dev.tablewalk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README, as tests hold it to its word. */
public final class Readme {
    private static final Pattern CYPHER = Pattern.compile("```cypher\\n(.*?)```", Pattern.DOTALL);

    private Readme() {}

    /** The questions under "Recipes", in order. */
    public static List<String> recipes() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String section = readme.substring(readme.indexOf("## Recipes"));
        Matcher cypher = CYPHER.matcher(section.substring(0, section.indexOf("\n## ", 5)));
        List<String> recipes = new ArrayList<>();
        while (cypher.find()) {
            recipes.add(cypher.group(1));
        }
        return recipes;
    }
}
