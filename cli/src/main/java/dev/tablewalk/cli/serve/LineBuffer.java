package dev.tablewalk.cli.serve;

import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of one JSON value each, in memory. */
final class LineBuffer {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintWriter writer =
            new PrintWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));
    private final JsonText json = new JsonText(writer, Terminal.NONE);

    /**
     * An empty one.
     *
     * @param most bytes, about, that it is to hold
     */
    LineBuffer(int most) {
        this.most = most;
    }

    void line(@Nullable Object value) {
        json.value(value);
        writer.write('\n');
    }

    /** Whether it should be given no more than an end. */
    boolean isFull() {
        return bytes.size() >= most;
    }

    /** Adds the last line. */
    LineBuffer end(Object value) {
        line(value);
        writer.flush();
        return this;
    }

    void writeTo(OutputStream out) throws IOException {
        bytes.writeTo(out);
    }
}
