package dev.tablewalk.cli.client;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames between a process that asks and the one that owns the store home. A frame is a
 * byte that says what it is, the length of its content in four bytes, and the content.
 *
 * <p>Frames may be sent by several threads, and are received by one. To send is to wait for whoever
 * reads: that is what keeps an answer from running ahead of its reader.
 */
public final class Connection implements Closeable {
    /** No frame is longer. */
    static final int MOST_BYTES = 1 << 20;

    private static final int HEAD_BYTES = 5;

    private final SocketChannel channel;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

    public Connection(SocketChannel channel) {
        this.channel = channel;
    }

    /** What frames are. */
    public enum Kind {
        /** Both ways, first: {@link Greeting}. */
        GREETING('G'),
        /** To the owner: {@link Request}. */
        REQUEST('R'),
        /**
         * To the owner: let another take your place, and end when your commands have ended. From
         * the owner, in place of an answer: another takes my place, ask that.
         */
        LEAVE('l'),
        /** To the owner: the same, and stop them. */
        LEAVE_NOW('L'),
        /** To the owner: what standard input has; empty at its end. */
        INPUT('i'),
        /** To the owner: the window has another size: columns, rows. */
        RESIZED('s'),
        /** To the owner: the pager has ended. */
        PAGER_ENDED('p'),
        /** From the owner: what goes to standard output. */
        OUT('o'),
        /** From the owner: what goes to standard error. */
        ERR('e'),
        /** From the owner: some of standard input is wanted, at most so many bytes. */
        WANT_INPUT('w'),
        /** From the owner: from now on each key as it is typed. */
        KEYS('k'),
        /** From the owner: no more of that. */
        NO_KEYS('n'),
        /** From the owner: start this pager. */
        PAGER('P'),
        /** From the owner: what it is to show; empty at its end. */
        PAGED('d'),
        /** From the owner, last: the exit code. */
        EXIT('x');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        /** Null if no frame is that. */
        private static @Nullable Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** A frame that came. */
    public static final class Frame {
        private final Kind kind;
        private final byte[] content;

        private Frame(Kind kind, byte[] content) {
            this.kind = kind;
            this.content = content;
        }

        public Kind kind() {
            return kind;
        }

        /** As it came; the receiver's. */
        public byte[] content() {
            return content;
        }

        /** Content that is text. */
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        /** Content that is a number. */
        public int number() {
            return content.length == Integer.BYTES ? ByteBuffer.wrap(content).getInt() : 0;
        }
    }

    public void send(Kind kind) throws IOException {
        send(kind, new byte[0], 0, 0);
    }

    public void send(Kind kind, int number) throws IOException {
        send(kind, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    public void send(Kind kind, String text) throws IOException {
        send(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    public void send(Kind kind, byte[] content) throws IOException {
        send(kind, content, 0, content.length);
    }

    /** Returns when the other side's buffer has it. */
    public synchronized void send(Kind kind, byte[] bytes, int offset, int length)
            throws IOException {
        if (length > MOST_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        ByteBuffer header = ByteBuffer.allocate(HEAD_BYTES);
        header.put(kind.code).putInt(length).flip();
        ByteBuffer[] both = {header, ByteBuffer.wrap(bytes, offset, length)};
        while (both[0].hasRemaining() || both[1].hasRemaining()) {
            channel.write(both);
        }
    }

    /**
     * Waits for the next frame.
     *
     * @return null if the other side is gone
     * @throws IOException if it is not what this build speaks
     */
    public @Nullable Frame receive() throws IOException {
        head.clear();
        if (!fill(head, true)) {
            return null;
        }
        head.flip();
        Kind kind = Kind.of(head.get());
        int length = head.getInt();
        if (kind == null || length < 0 || length > MOST_BYTES) {
            throw new IOException("not a frame");
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        fill(content, false);
        return new Frame(kind, content.array());
    }

    private boolean fill(ByteBuffer buffer, boolean mayEnd) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                if (mayEnd && buffer.position() == 0) {
                    return false;
                }
                throw new EOFException("a frame is cut short");
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
