package dev.tablewalk.spark;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The process that asks, at the other end of a socket of this machine. It sends what to open, and
 * then one question after the other. To each it gets the columns, the rows and the end, or why
 * there is none; in between, how many tasks are done. Standard output is not for that: Spark's log
 * may be there.
 *
 * <p>All is big-endian. A text is its length in bytes (32 bits) and its bytes in UTF-8. {@code
 * dev.tablewalk.fleet.spark.SparkAnswer} is the other end.
 */
final class Asker implements Closeable {
    /** What is ready to go waits for more of it until then. */
    private static final int BUFFER_BYTES = 1 << 16;

    private final SocketChannel channel;
    private final DataInputStream in;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(held);

    /**
     * What is to be opened.
     *
     * @param folder the data set's, as Hadoop names files: with its scheme
     * @param tables the columns that tables have even if no file has them, by the tables' names:
     *     types, as Spark's SQL has them, by the columns' names
     */
    record Opening(String folder, Map<String, Map<String, String>> tables) {}

    /**
     * A question.
     *
     * @param parameters a query of one row, which the question has as a view
     */
    record Question(String parameters, String sql) {}

    private Asker(SocketChannel channel) {
        this.channel = channel;
        InputStream from = Channels.newInputStream(channel);
        this.in = new DataInputStream(from);
    }

    static Asker at(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new Asker(channel);
    }

    Opening opening() throws IOException {
        String folder = text();
        Map<String, Map<String, String>> tables = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String table = text();
            Map<String, String> columns = new LinkedHashMap<>();
            for (int more = in.readInt(); more > 0; more--) {
                columns.put(text(), text());
            }
            tables.put(table, columns);
        }
        return new Opening(folder, tables);
    }

    /**
     * Waits for the next question.
     *
     * @throws IOException if the process that asks is gone
     */
    Question question() throws IOException {
        return new Question(text(), text());
    }

    private String text() throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    /** All is open. */
    synchronized void opened() throws IOException {
        out.writeByte('O');
        flush();
    }

    synchronized void columns(String[] names) throws IOException {
        out.writeByte('C');
        out.writeInt(names.length);
        for (String name : names) {
            write(name);
        }
        flush();
    }

    /** One row, as wide as there are columns. It goes out with others, or with {@link #tasks}. */
    synchronized void row(List<@Nullable Object> values) throws IOException {
        out.writeByte('R');
        for (Object value : values) {
            value(value);
        }
        if (held.size() >= BUFFER_BYTES) {
            flush();
        }
    }

    /** So many more tasks are done; and what was held back goes out. */
    synchronized void tasks(int done) throws IOException {
        if (done > 0) {
            out.writeByte('P');
            out.writeInt(done);
        }
        flush();
    }

    synchronized void end() throws IOException {
        out.writeByte('E');
        flush();
    }

    /** There is no answer, or no more of it. */
    synchronized void failed(String why) throws IOException {
        out.writeByte('X');
        write(why);
        flush();
    }

    private void value(@Nullable Object value) throws IOException {
        if (value == null) {
            out.writeByte('n');
        } else if (value instanceof Boolean truth) {
            out.writeByte(truth ? 't' : 'f');
        } else if (value instanceof Double || value instanceof Float || isDecimal(value)) {
            out.writeByte('d');
            out.writeDouble(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            out.writeByte('l');
            out.writeLong(number.longValue());
        } else if (value instanceof Seq<?> list) {
            List<@Nullable Object> values = new ArrayList<>(CollectionConverters.asJava(list));
            out.writeByte('a');
            out.writeInt(values.size());
            for (Object each : values) {
                value(each);
            }
        } else {
            out.writeByte('s');
            write(value.toString());
        }
    }

    private static boolean isDecimal(Object value) {
        return value instanceof java.math.BigDecimal;
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private void flush() throws IOException {
        // Not by a stream of the channel: before Java 19 it would wait for the one that reads.
        ByteBuffer bytes = ByteBuffer.wrap(held.toByteArray());
        held.reset();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
