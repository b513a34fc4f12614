package dev.tablewalk.cli.client;

import dev.tablewalk.cli.client.Connection.Frame;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.output.ErrorLine;
import dev.tablewalk.cli.output.GuardedOutput;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One command, as it is run over there for this process's streams. */
final class Asking {
    private final Connection owner;
    private final Keyboard keyboard;
    private final InputStream in = new FileInputStream(FileDescriptor.in);
    private final OutputStream out = guarded(FileDescriptor.out);
    private final OutputStream err = guarded(FileDescriptor.err);
    private boolean answered;
    private boolean refused;

    Asking(Connection owner) {
        this.owner = owner;
        this.keyboard = new Keyboard(owner, in);
    }

    private static OutputStream guarded(FileDescriptor to) {
        return new GuardedOutput(new FileOutputStream(to));
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
                hear(frame);
            }
        } catch (GuardedOutput.Closed e) {
            return ErrorLine.print(
                    e, new PrintWriter(System.err, true, StandardCharsets.UTF_8), false);
        } catch (IOException e) {
            // It is gone.
        } finally {
            keyboard.release();
        }
        return null;
    }

    private void hear(Frame frame) throws IOException {
        switch (frame.kind()) {
            case OUT -> {
                answered = true;
                out.write(frame.content());
            }
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
