package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of a few MiB in the place of an empty folder, which only root can make. */
public record SmallDisk(Path folder) implements AutoCloseable {
    /** Makes it; where that cannot be done the test is left out. */
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/mount")), "a small disk takes Linux's mount");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", "" + folder)
                        == 0,
                "a small disk can only be mounted by root");
        return new SmallDisk(folder);
    }

    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
    }

    @Override
    public void close() throws IOException {
        assertEquals(0, run("umount", "-l", folder.toString()));
    }
}
