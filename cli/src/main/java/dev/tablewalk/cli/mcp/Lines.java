package dev.tablewalk.cli.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads lines; of one that is too long nothing is kept. */
final class Lines {
    private final InputStream in;
    private final int most;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;
    private boolean blank;

    /**
     * @param most bytes that a line may have
     */
    Lines(InputStream in, int most) {
        this.in = new BufferedInputStream(in);
        this.most = most;
    }

    /** Reads the next; false if there is none. One that the input ends in counts. */
    boolean next() throws IOException {
        line.reset();
        tooLong = false;
        blank = true;
        int c = in.read();
        if (c < 0) {
            return false;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            blank &= c == ' ' || c == '\t' || c == '\r';
            if (line.size() < most) {
                line.write(c);
            } else {
                tooLong = true;
            }
        }
        return true;
    }

    boolean isTooLong() {
        return tooLong;
    }

    boolean isBlank() {
        return blank;
    }

    /** What is kept of it. */
    byte[] bytes() {
        return line.toByteArray();
    }
}
