package dev.tablewalk.cli.output;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An output whose failure ends the program: a {@link java.io.PrintWriter} on top would swallow an
 * {@link IOException}, and a query would run on for a reader that is gone.
 */
public final class GuardedOutput extends OutputStream {
    private final OutputStream out;

    public GuardedOutput(OutputStream out) {
        this.out = out;
    }

    /** The output cannot be written; the cause says why. */
    public static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Closed(IOException cause) {
            super(cause.getMessage(), cause);
        }

        /** Nobody reads any more, as behind {@code | head}: not a failure of ours. */
        public boolean readerGone() {
            return "Broken pipe".equals(getMessage());
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new Closed(e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new Closed(e);
        }
    }
}
