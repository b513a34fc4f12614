package dev.tablewalk.cli.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Sized;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;

/** A terminal in memory, at which a test types and reads. */
public final class TypedTerminal implements AutoCloseable {
    public static final int COLUMNS = 80;
    static final int ROWS = 20;

    private static final long PATIENCE_MILLIS = 60_000;

    /** What moves the cursor, colours, and so on. */
    private static final Pattern CONTROL =
            Pattern.compile("\u001b\\[[0-9;?>=]*[ -/]*[@-~]|\u001b[=>()][B0]?|[\u0007\u000f\r]");

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final LineDisciplineTerminal terminal;
    private int seen;

    public TypedTerminal() throws IOException {
        OutputStream screen =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        synchronized (shown) {
                            shown.write(b);
                            shown.notifyAll();
                        }
                    }
                };
        terminal = new LineDisciplineTerminal("test", "vt100", screen, StandardCharsets.UTF_8);
        Attributes attributes = terminal.getAttributes();
        attributes.setLocalFlag(Attributes.LocalFlag.ISIG, true);
        attributes.setControlChar(Attributes.ControlChar.VINTR, 3);
        terminal.setAttributes(attributes);
        resize(COLUMNS);
    }

    void resize(int columns) {
        Sized size = Size.of(columns, ROWS);
        terminal.setSize(size);
    }

    public Terminal terminal() {
        return terminal;
    }

    /** Where errors are to go: onto the same screen. */
    PrintWriter err() {
        return new PrintWriter(terminal.output(), true, StandardCharsets.UTF_8);
    }

    public void type(String keys) throws IOException {
        terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until a text that matches has been shown; returns all since the last that did. */
    public String read(String regex) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        synchronized (shown) {
            while (true) {
                String text =
                        CONTROL.matcher(shown.toString(StandardCharsets.UTF_8)).replaceAll("");
                String news = text.substring(Math.min(seen, text.length()));
                Matcher matcher = pattern.matcher(news);
                if (matcher.find()) {
                    seen += matcher.end();
                    return news.substring(0, matcher.end());
                }
                long left = end - System.currentTimeMillis();
                if (left <= 0) {
                    throw new AssertionError("no " + regex + " in: " + news);
                }
                shown.wait(left);
            }
        }
    }

    /** All that has been shown so far. */
    public String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
