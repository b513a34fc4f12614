package dev.tablewalk.fleet.spark;

import dev.tablewalk.fleet.engine.SqlRows;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer as our program in Spark sends it, where {@code dev.tablewalk.spark.Asker} is the
 * other end: frames of one byte that says what it is, and what belongs to it.
 */
final class SparkAnswer implements SqlRows {
    private static final char OPENED = 'O';
    private static final char COLUMNS = 'C';
    private static final char ROW = 'R';
    private static final char TASKS = 'P';
    private static final char END = 'E';
    private static final char FAILED = 'X';

    private static final String QUESTION = "the question failed: ";

    /** A list in a list, and so on. */
    private static final int DEEPEST = 32;

    private final DataInputStream in;
    private final SparkProcess process;
    private final Progress progress;
    private final List<String> columns = new ArrayList<>();
    private @Nullable List<@Nullable Object> ahead;
    private boolean over;

    private SparkAnswer(DataInputStream in, SparkProcess process, Progress progress) {
        this.in = in;
        this.process = process;
        this.progress = progress;
    }

    /**
     * Waits until the data set is open.
     *
     * @throws UserError if it cannot be
     */
    static void awaitOpened(
            String place, DataInputStream in, SparkProcess process, Progress progress) {
        SparkAnswer opening = new SparkAnswer(in, process, progress);
        opening.require(OPENED, place + " cannot be asked: ");
    }

    /**
     * Waits for the columns of an answer.
     *
     * @throws UserError if there is none
     */
    static SparkAnswer of(DataInputStream in, SparkProcess process, Progress progress) {
        SparkAnswer answer = new SparkAnswer(in, process, progress);
        answer.require(COLUMNS, QUESTION);
        try {
            for (int left = in.readInt(); left > 0; left--) {
                answer.columns.add(answer.text());
            }
        } catch (IOException e) {
            throw process.ended(e);
        }
        return answer;
    }

    private void require(char kind, String failing) {
        int frame = frame(failing);
        if (frame != kind) {
            throw new IllegalStateException("Spark sends " + frame);
        }
    }

    /** The next that is not about how far it is. */
    private int frame(String failing) {
        try {
            while (true) {
                int frame = in.readUnsignedByte();
                switch (frame) {
                    case TASKS -> progress.advance(in.readInt());
                    case FAILED -> {
                        over = true;
                        throw UserError.input(failing + text());
                    }
                    default -> {
                        return frame;
                    }
                }
            }
        } catch (IOException e) {
            over = true;
            throw process.ended(e);
        }
    }

    private String text() throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private @Nullable Object value(int depth) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 'n' -> null;
            case 't' -> true;
            case 'f' -> false;
            case 'l' -> in.readLong();
            case 'd' -> in.readDouble();
            case 's' -> text();
            case 'a' -> {
                if (depth > DEEPEST) {
                    throw new IOException("lists in lists");
                }
                List<@Nullable Object> list = new ArrayList<>();
                for (int left = in.readInt(); left > 0; left--) {
                    list.add(value(depth + 1));
                }
                yield list;
            }
            default -> throw new IOException("a value of kind " + kind);
        };
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null && !over) {
            int frame = frame(QUESTION);
            if (frame == END) {
                over = true;
            } else if (frame == ROW) {
                ahead = row();
            } else {
                throw new IllegalStateException("Spark sends " + frame);
            }
        }
        return ahead != null;
    }

    private List<@Nullable Object> row() {
        List<@Nullable Object> row = new ArrayList<>(columns.size());
        try {
            for (int i = 0; i < columns.size(); i++) {
                row.add(value(0));
            }
        } catch (IOException e) {
            over = true;
            throw process.ended(e);
        }
        return row;
    }

    @Override
    public List<@Nullable Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<@Nullable Object> row = ahead;
        ahead = null;
        if (row == null) {
            throw new NoSuchElementException();
        }
        return row;
    }

    /** Of an answer that was not read to its end, Spark is told by its own end. */
    @Override
    public void close() {
        if (!over) {
            process.close();
        }
    }
}
