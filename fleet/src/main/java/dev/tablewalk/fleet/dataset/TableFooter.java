package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema.ValueType;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * What a table that was written before has, at the cost of its footer.
 *
 * @param empty columns of texts in which some are empty
 * @param missing columns in which some rows have nothing
 */
record TableFooter(List<Column> columns, Set<String> empty, Set<String> missing) {
    /** Bytes at the end of a file: the size of the footer, and a mark. */
    private static final int TAIL = 8;

    /**
     * Reads it.
     *
     * @throws UserError if the file is no table of a data set
     */
    static TableFooter of(Path file) throws IOException {
        FileMetaData read;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer tail = ByteBuffer.allocate(TAIL).order(ByteOrder.LITTLE_ENDIAN);
            long size = channel.size();
            long begin = size - TAIL;
            if (begin >= 0 && channel.read(tail, begin) == TAIL) {
                begin -= Integer.toUnsignedLong(tail.getInt(0));
            }
            if (begin < 0 || begin > size - TAIL) {
                throw new IOException("it does not end as Parquet files do");
            }
            read = Util.readFileMetaData(Channels.newInputStream(channel.position(begin)));
        } catch (IOException e) {
            throw UserError.input(file + " is damaged: export that checkpoint again", e);
        }
        TableFooter footer = new TableFooter(columns(read), new TreeSet<>(), new TreeSet<>());
        for (RowGroup group : Objects.requireNonNull(read.getRow_groups())) {
            for (ColumnChunk chunk : Objects.requireNonNull(group.getColumns())) {
                ColumnMetaData about = Objects.requireNonNull(chunk.getMeta_data());
                Statistics values = Objects.requireNonNull(about.getStatistics());
                String name = Objects.requireNonNull(about.getPath_in_schema()).getFirst();
                if (values.getNull_count() > 0) {
                    footer.missing.add(name);
                }
                if (about.getType() == Type.BYTE_ARRAY
                        && values.isSetMin_value()
                        && values.bufferForMin_value().remaining() == 0) {
                    footer.empty.add(name);
                }
            }
        }
        return footer;
    }

    private static List<Column> columns(FileMetaData of) {
        List<SchemaElement> schema = Objects.requireNonNull(of.getSchema());
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i < schema.size(); i++) { // the first is the table itself
            SchemaElement element = schema.get(i);
            columns.add(new Column(Objects.requireNonNull(element.getName()), type(element)));
            if (element.isSetNum_children()) {
                i += 2; // the groups of a list
            }
        }
        return columns;
    }

    private static ValueType type(SchemaElement element) {
        if (element.isSetNum_children()) {
            return ValueType.TEXTS;
        }
        return switch (Objects.requireNonNull(element.getType())) {
            case INT64 -> ValueType.INTEGER;
            case BOOLEAN -> ValueType.BOOLEAN;
            default -> ValueType.TEXT;
        };
    }
}
