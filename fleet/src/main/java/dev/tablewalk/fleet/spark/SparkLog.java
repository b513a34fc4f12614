package dev.tablewalk.fleet.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** The end of what Spark prints, for when it ends without a word to us. */
final class SparkLog {
    private static final int LINES = 100;
    private static final int CHARACTERS = 1000;
    private static final int PATIENCE_MILLIS = 2000;
    private static final Pattern TELLING = Pattern.compile("(Exception|Error)\\b.*: |^Error: ");
    private static final Pattern PREFIX =
            Pattern.compile("^Exception in thread \"[^\"]*\" |^([a-z]+\\.)+[A-Z][A-Za-z]*: ");

    private final Deque<String> last = new ArrayDeque<>();
    private final Thread reader;

    private SparkLog(InputStream from) {
        this.reader = Thread.ofPlatform().daemon().name("spark log").unstarted(() -> read(from));
    }

    /** Reads all there is, so that Spark never waits for that. */
    static SparkLog of(InputStream from) {
        SparkLog log = new SparkLog(from);
        log.reader.start();
        return log;
    }

    private void read(InputStream from) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c == '\n') {
                    add(line.toString());
                    line.setLength(0);
                } else if (line.length() < CHARACTERS) {
                    line.append((char) c);
                }
            }
            add(line.toString());
        } catch (IOException e) {
            // It has ended.
        }
    }

    private synchronized void add(String line) {
        last.add(line);
        if (last.size() > LINES) {
            last.remove();
        }
    }

    /** The line that tells most. To be asked when Spark has ended. */
    String telling() throws InterruptedException {
        reader.join(PATIENCE_MILLIS);
        List<String> lines = lines();
        return lines.stream()
                .filter(line -> TELLING.matcher(line).find() && !line.startsWith("\tat "))
                .findFirst()
                .map(line -> PREFIX.matcher(PREFIX.matcher(line).replaceFirst("")).replaceFirst(""))
                .orElse(lines.isEmpty() ? "it says nothing" : lines.getLast());
    }

    private synchronized List<String> lines() {
        List<String> lines = new ArrayList<>(last);
        lines.removeIf(String::isBlank);
        return lines;
    }

    @Override
    public String toString() {
        return String.join(System.lineSeparator(), lines());
    }
}
