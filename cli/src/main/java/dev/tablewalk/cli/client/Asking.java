package dev.tablewalk.cli.client;

import dev.tablewalk.cli.client.Connection.Frame;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.output.ExitCode;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One command, as it is run over there for this process's streams. */
final class Asking {
    private final Connection owner;
    private final Keyboard keyboard;
    private final InputStream in = new FileInputStream(FileDescriptor.in);
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private boolean answered;
    private boolean refused;

    Asking(Connection owner) {
        this.owner = owner;
        this.keyboard = new Keyboard(owner, in);
    }

    /** Whether there was something on standard output. */
    boolean hasAnswered() {
        return answered;
    }

    /** Whether the owner has said that it does not begin any more. */
    boolean isRefused() {
        return refused;
    }

    /** Runs it; null if the owner ended before it did. */
    @Nullable Integer exitCode(Request request) {
        try {
            owner.send(Kind.REQUEST, request.bytes());
            for (Frame frame = owner.receive(); frame != null; frame = owner.receive()) {
                if (frame.kind() == Kind.EXIT) {
                    return frame.number();
                }
                if (frame.kind() == Kind.LEAVE) {
                    refused = true;
                    return null;
                }
                if (frame.kind() == Kind.OUT) {
                    answered = true;
                    try {
                        out.write(frame.content());
                    } catch (IOException e) {
                        return cannotWrite(e);
                    }
                } else {
                    hear(frame);
                }
            }
        } catch (IOException e) {
            // It is gone.
        } finally {
            keyboard.release();
        }
        return null;
    }

    /** As a process says it that runs a command by itself. */
    private static int cannotWrite(IOException failure) {
        if ("Broken pipe".equals(failure.getMessage())) {
            return ExitCode.DONE; // as behind | head
        }
        System.err.println(
                "tablewalk: cannot write the result: "
                        + failure.getMessage()
                        + "; what there is of it is cut short");
        return ExitCode.INPUT;
    }

    private void hear(Frame frame) throws IOException {
        switch (frame.kind()) {
            case ERR -> err.write(frame.content());
            case WANT_INPUT -> {
                int most = Math.clamp(frame.number(), 1, Connection.MOST_BYTES);
                Thread.ofPlatform().daemon().start(() -> read(most));
            }
            case KEYS -> keyboard.take();
            case NO_KEYS -> keyboard.release();
            case PAGER -> keyboard.lend(frame.text());
            case PAGED -> keyboard.show(frame.content());
            default -> throw new IOException("not what an owner says");
        }
    }

    private void read(int most) {
        byte[] bytes = new byte[most];
        try {
            int some = Math.max(0, in.read(bytes));
            owner.send(Kind.INPUT, Arrays.copyOf(bytes, some));
        } catch (IOException e) {
            // The command ends as its input does, or the owner is gone.
        }
    }
}
