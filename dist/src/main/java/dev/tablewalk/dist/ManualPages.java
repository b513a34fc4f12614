package dev.tablewalk.dist;

import dev.tablewalk.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the commands' manual pages, in AsciiDoc, as {@code --help} has them. */
public final class ManualPages {
    private ManualPages() {}

    /**
     * Runs as a step of the build.
     *
     * @param args the folder that gets them
     */
    public static void main(String[] args) throws IOException {
        File folder = Files.createDirectories(Path.of(args[0])).toFile();
        int failed =
                ManPageGenerator.generateManPage(
                        folder, null, new boolean[0], true, Main.commands());
        if (failed != 0) {
            throw new IOException("the manual pages could not be written: " + failed);
        }
    }
}
