package dev.tablewalk.cli.process;

import dev.tablewalk.cli.client.Connection;
import dev.tablewalk.cli.client.Connection.Kind;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that ends in another process. To write is to wait for whoever reads it over there. */
class Sent extends OutputStream {
    private static final int MOST_BYTES = 1 << 16;

    private final Connection connection;
    private final Kind kind;

    Sent(Connection connection, Kind kind) {
        this.connection = connection;
        this.kind = kind;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += MOST_BYTES) {
            connection.send(kind, bytes, offset + done, Math.min(MOST_BYTES, length - done));
        }
    }
}
