package dev.tablewalk.fleet.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Writes one table as a Parquet file, row by row. Holds one row group at most. */
final class TableFile implements RowWriter, AutoCloseable {
    /** Bytes before compression. There are as many as two dozen tables open at a time. */
    private static final long ROW_GROUP = 16 << 20;

    /** A dictionary of these would be as long as they are, and take a third of the time. */
    private static final Set<String> SELDOM_TWICE =
            Set.of(
                    "id",
                    "from_id",
                    "to_id",
                    "table_id",
                    "va",
                    "pa",
                    "raw",
                    "start",
                    "end",
                    "pfn",
                    "hash",
                    "signature");

    private final Row row;
    private final ParquetWriter<Row> writer;
    private long rows;

    TableFile(Path file, String name, List<Column> columns, ZstdCodecs codecs) throws IOException {
        row = new Row(columns);
        Builder builder =
                new Builder(new LocalOutputFile(file), new RowWriteSupport(schema(name, columns)))
                        .withConf(new PlainParquetConfiguration())
                        .withWriteMode(ParquetFileWriter.Mode.CREATE)
                        .withCompressionCodec(CompressionCodecName.ZSTD)
                        .withCodecFactory(codecs)
                        .withSizeStatisticsEnabled(false) // which nobody asks yet
                        .withRowGroupSize(ROW_GROUP);
        for (Column column : columns) {
            if (SELDOM_TWICE.contains(column.name())) {
                builder.withDictionaryEncoding(column.name(), false);
            }
        }
        writer = builder.build();
    }

    @Override
    public void end() throws IOException {
        writer.write(row);
        row.clear();
        rows++;
    }

    long rows() {
        return rows;
    }

    @Override
    public void put(String key, long value) {
        int column = row.column(key);
        row.numbers[column] = value;
        row.isNumber[column] = true;
    }

    @Override
    public void put(String key, boolean value) {
        row.values[row.column(key)] = value;
    }

    @Override
    public void put(String key, String value) {
        row.values[row.column(key)] = value;
    }

    @Override
    public void put(String key, List<String> values) {
        row.values[row.column(key)] = values;
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static MessageType schema(String name, List<Column> columns) {
        return new MessageType(name, columns.stream().map(TableFile::type).toList());
    }

    private static Type type(Column column) {
        return switch (column.type()) {
            case INTEGER -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
            case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(column.name());
            case TEXT ->
                    Types.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.name());
            case TEXTS ->
                    Types.optionalList()
                            .requiredElement(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.name());
            case ANY -> throw new IllegalArgumentException(column + " has no type");
        };
    }

    /** One row, used again for the next. */
    private static final class Row {
        final List<Column> columns;
        final @Nullable Object[] values;
        final long[] numbers;
        final boolean[] isNumber;
        private final Map<String, Integer> places = new HashMap<>();

        /** What each column was called by last: by the same object, mostly, and the next too. */
        private final @Nullable String[] called;

        /** By column, the one that was put after it in the row before. */
        private final int[] after;

        private int latest;

        /** The last text of each column, and its bytes: the next is the same, mostly. */
        private final @Nullable String[] texts;

        private final @Nullable Binary[] encoded;

        Row(List<Column> columns) {
            this.columns = columns;
            values = new @Nullable Object[columns.size()];
            numbers = new long[columns.size()];
            isNumber = new boolean[columns.size()];
            called = new @Nullable String[columns.size()];
            texts = new @Nullable String[columns.size()];
            encoded = new @Nullable Binary[columns.size()];
            after = new int[columns.size()];
            for (int i = 0; i < columns.size(); i++) {
                places.put(columns.get(i).name(), i);
            }
        }

        @SuppressWarnings("ReferenceEquality") // a guess that saves most of the searches
        int column(String key) {
            int guess = after[latest];
            if (called[guess] == key) {
                latest = guess;
                return guess;
            }
            Integer place = places.get(key);
            if (place == null) {
                throw CheckpointWriter.unknown("a property " + key);
            }
            called[place] = key;
            after[latest] = place;
            latest = place;
            return place;
        }

        Binary encoded(int column, String text) {
            Binary bytes = encoded[column];
            if (bytes == null || !text.equals(texts[column])) {
                bytes = Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8));
                texts[column] = text;
                encoded[column] = bytes;
            }
            return bytes;
        }

        void clear() {
            Arrays.fill(values, null);
            Arrays.fill(isNumber, false);
        }
    }

    private static final class RowWriteSupport extends WriteSupport<Row> {
        private final MessageType schema;
        private @Nullable RecordConsumer to;

        RowWriteSupport(MessageType schema) {
            this.schema = schema;
        }

        @Override
        @SuppressWarnings("deprecation") // and abstract
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            to = consumer;
        }

        @Override
        public void write(Row row) {
            RecordConsumer consumer = Objects.requireNonNull(to);
            consumer.startMessage();
            for (int i = 0; i < row.values.length; i++) {
                Object value = row.values[i];
                if (value == null && !row.isNumber[i]) {
                    continue;
                }
                String name = row.columns.get(i).name();
                consumer.startField(name, i);
                if (row.isNumber[i]) {
                    consumer.addLong(row.numbers[i]);
                } else if (value instanceof Boolean truth) {
                    consumer.addBoolean(truth);
                } else if (value instanceof String text) {
                    consumer.addBinary(row.encoded(i, text));
                } else {
                    write((List<?>) Objects.requireNonNull(value), consumer);
                }
                consumer.endField(name, i);
            }
            consumer.endMessage();
        }

        /** As the format has lists: a group of a repeated group of an element. */
        private static void write(List<?> texts, RecordConsumer to) {
            to.startGroup();
            if (!texts.isEmpty()) {
                to.startField("list", 0);
                for (Object text : texts) {
                    to.startGroup();
                    to.startField("element", 0);
                    to.addBinary(Binary.fromString((String) text));
                    to.endField("element", 0);
                    to.endGroup();
                }
                to.endField("list", 0);
            }
            to.endGroup();
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        private final RowWriteSupport support;

        Builder(LocalOutputFile file, RowWriteSupport support) {
            super(file);
            this.support = support;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // and abstract
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return support;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return support;
        }
    }
}
