package dev.tablewalk.ingest.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A guest of the lab that runs, at its first truth: nothing in it moves until {@link #proceed}. It
 * ends with this JVM at the latest.
 */
public final class RunningGuest implements AutoCloseable {
    private static final int SECONDS_TO_END = 20;

    private final Path folder;
    private final Process script;

    private RunningGuest(Path folder, Process script) {
        this.folder = folder;
        this.script = script;
    }

    /**
     * Starts booting it; {@link #awaitReady} waits.
     *
     * @param folder for its files; as short a path as sockets want
     * @param backend {@code file}, or {@code none} for RAM that is in no file
     */
    public static RunningGuest boot(String name, Path folder, String backend) throws IOException {
        String lab = LabScript.find(Path.of("")).path().toString();
        return start(folder, "bash", lab, "boot", name, folder.toString(), backend);
    }

    /**
     * Starts booting a guest by a script of one's own, which does as {@code lab boot} does.
     *
     * @param script is given the lab's folder, the guest's name and the folder
     */
    public static RunningGuest boot(String name, Path folder, Path script) throws IOException {
        Path lab = LabScript.find(Path.of("")).path().resolveSibling(".").normalize();
        return start(folder, "bash", script.toString(), lab.toString(), name, folder.toString());
    }

    private static RunningGuest start(Path folder, String... command) throws IOException {
        return new RunningGuest(
                folder,
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Waits for it to be where its truth was taken: about half a minute after it was booted. */
    public RunningGuest awaitReady() throws IOException {
        BufferedReader said = script.inputReader(UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.equals("ready")) {
                return this;
            }
        }
        throw new AssertionError("the guest did not boot: its script said why on standard error");
    }

    /** Its QMP socket. */
    public Path qmp() {
        return folder.resolve("qmp.sock");
    }

    /** What it said of itself. */
    public Path truth() {
        return folder.resolve("guest.truth");
    }

    /** The file of its RAM, if it has one. */
    public Path ram() {
        return folder.resolve("ram.raw");
    }

    /** Types the line that its collector waits for: all in it changes then. */
    public void proceed() throws IOException {
        type("go");
    }

    /** Types a line on its console, and waits for its echo. */
    public void type(String line) throws IOException {
        try (SocketChannel console = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            console.connect(UnixDomainSocketAddress.of(folder.resolve("console.sock")));
            console.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            // It echoes the line; who leaves before that takes what was not read along.
            ByteBuffer echo = ByteBuffer.allocate(1);
            while (console.read(echo.clear()) > 0 && echo.get(0) != '\n') {}
        }
    }

    /** Waits until it has said a text on its console. */
    public boolean says(String text, int seconds) throws IOException, InterruptedException {
        for (int i = 0; i < seconds * 50; i++) {
            if (Files.readString(folder.resolve("serial.log"), ISO_8859_1).contains(text)) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        script.getOutputStream().close();
        try {
            if (!script.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                script.destroy();
            }
        } catch (InterruptedException e) {
            script.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
