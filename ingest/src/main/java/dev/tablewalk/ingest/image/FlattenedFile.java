package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.PackedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A dump that was written to a pipe: each write of the dump proper as a record of where it belongs,
 * how long it is, and its bytes; {@code flatten_header} of makedumpfile, which QEMU writes too.
 */
final class FlattenedFile implements DumpFile {
    private static final int HEADER_BYTES = 4096;
    private static final int RECORD_BYTES = 16;
    private static final long END = -1;
    private static final int MOST_RECORDS = 1 << 28;

    /** Bytes that are read at once to look for headers of records. */
    private static final int WINDOW = 64 << 10;

    private final DumpFile file;

    /** Of each piece, by ascending place in the dump proper; disjoint. */
    private final long[] starts;

    private final long[] ends;
    private final long[] inFile;

    private FlattenedFile(DumpFile file, long[] starts, long[] ends, long[] inFile) {
        this.file = file;
        this.starts = starts;
        this.ends = ends;
        this.inFile = inFile;
    }

    static Image.Contents open(DumpFile file) {
        List<String> damage = new ArrayList<>();
        FlattenedFile whole = of(file, damage);
        boolean cut = !damage.isEmpty(); // the end has a record of its own
        byte[] head = new byte[(int) Math.min(Format.HEAD, whole.size())];
        whole.read(0, head, 0, head.length);
        Image.Contents dump =
                Format.of(head) == Format.ELF
                        ? ElfCore.open(
                                whole,
                                new PackedBytes(new FileBlocks(whole)),
                                "ELF core, flattened")
                        : Kdump.open(whole, "kdump-compressed, flattened");
        damage.addAll(dump.damage());
        return new Image.Contents(
                dump.format(),
                dump.bytes(),
                dump.parts(),
                dump.notes(),
                List.copyOf(damage),
                cut || dump.cut());
    }

    /** Reads where the records lie; costs a look at the head of each. */
    private static FlattenedFile of(DumpFile file, List<String> damage) {
        long[][] records = {new long[1024], new long[1024], new long[1024]};
        int count = 0;
        Window window = new Window(file);
        boolean sorted = true;
        for (long at = HEADER_BYTES; ; ) {
            if (at + RECORD_BYTES > file.size()) {
                damage.add("the file is cut off at byte " + file.size());
                break;
            }
            long to = window.u64(at);
            long length = window.u64(at + 8);
            if (to == END) {
                break;
            }
            at += RECORD_BYTES;
            if (to < 0 || length <= 0 || to + length < 0 || count == MOST_RECORDS) {
                damage.add("there is no record at byte " + (at - RECORD_BYTES));
                break;
            }
            if (count == records[0].length) {
                for (int i = 0; i < records.length; i++) {
                    records[i] = Arrays.copyOf(records[i], count * 2);
                }
            }
            long there = Math.min(length, file.size() - at);
            sorted &= count == 0 || to >= records[1][count - 1];
            records[0][count] = to;
            records[1][count] = to + there;
            records[2][count++] = at;
            at += there;
        }
        for (int i = 0; i < records.length; i++) {
            records[i] = Arrays.copyOf(records[i], count);
        }
        return sorted
                ? new FlattenedFile(file, records[0], records[1], records[2])
                : rearranged(file, records);
    }

    /** Bytes that were written more than once are as they were written last. */
    private static FlattenedFile rearranged(DumpFile file, long[][] records) {
        TreeMap<Long, long[]> pieces = new TreeMap<>();
        for (int i = 0; i < records[0].length; i++) {
            long start = records[0][i];
            long end = records[1][i];
            Map.Entry<Long, long[]> before = pieces.lowerEntry(start);
            if (before != null && before.getValue()[0] > start) {
                long[] piece = before.getValue();
                put(pieces, end, piece[0], piece[1] + (end - before.getKey()));
                piece[0] = start;
            }
            for (Map.Entry<Long, long[]> covered = pieces.ceilingEntry(start);
                    covered != null && covered.getKey() < end;
                    covered = pieces.ceilingEntry(start)) {
                pieces.remove(covered.getKey());
                long[] piece = covered.getValue();
                put(pieces, end, piece[0], piece[1] + (end - covered.getKey()));
            }
            put(pieces, start, end, records[2][i]);
        }
        long[][] sorted = new long[3][pieces.size()];
        int n = 0;
        for (Map.Entry<Long, long[]> piece : pieces.entrySet()) {
            sorted[0][n] = piece.getKey();
            sorted[1][n] = piece.getValue()[0];
            sorted[2][n++] = piece.getValue()[1];
        }
        return new FlattenedFile(file, sorted[0], sorted[1], sorted[2]);
    }

    private static void put(Map<Long, long[]> pieces, long start, long end, long inFile) {
        if (start < end) {
            pieces.put(start, new long[] {end, inFile});
        }
    }

    /** Big-endian numbers near each other. */
    private static final class Window {
        private final DumpFile file;
        private Fields fields = new Fields(new byte[0]);
        private long start;

        Window(DumpFile file) {
            this.file = file;
        }

        long u64(long at) {
            if (at < start || at + 8 > start + fields.length()) {
                start = at;
                int length = (int) Math.min(WINDOW, file.size() - at);
                fields = file.fields(at, length, "record").bigEndian();
            }
            return fields.u64((int) (at - start));
        }
    }

    @Override
    public long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public void read(long at, byte[] into, int from, int length) {
        int i = Arrays.binarySearch(starts, at);
        i = i >= 0 ? i : -i - 2;
        int done = 0;
        while (done < length) {
            if (i < 0 || i >= starts.length || at + done < starts[i] || at + done >= ends[i]) {
                throw new DumpDamage("no record holds its byte " + (at + done));
            }
            int chunk = (int) Math.min(length - done, ends[i] - at - done);
            file.read(inFile[i] + (at + done - starts[i]), into, from + done, chunk);
            done += chunk;
            i++;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
