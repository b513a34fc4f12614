package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PackedBlocks;
import dev.tablewalk.ingest.memory.PackedBytes;
import dev.tablewalk.ingest.memory.PerThread;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An AVML image of version 2: for each range of RAM a header of 32 bytes (magic, version, first and
 * last physical address, 8 bytes reserved), its bytes in Snappy's framing format, and 8 bytes that
 * tell how long those are. Version 1 is LiME's format.
 *
 * <p>Pieces of RAM that are zero have no range ({@code src/image.rs} of AVML). Whatever fits
 * between two ranges in such pieces counts as left out, not as zero: it may be no RAM at all.
 * Versions of March 2025 to March 2026 write their headers, and nothing behind them; those count as
 * left out, too.
 *
 * <p>Opening looks at the head of each chunk, of which one holds 64 KiB at most.
 */
final class Avml implements PackedBlocks {
    private static final int TRAILER_BYTES = 8;

    /** AVML cuts RAM in such pieces, bytes, and leaves out those that are zero. */
    static final int MOST_OF_A_RANGE = 16 << 20;

    private static final int MAGIC = 0x4c4d5641;
    private static final int VERSION = 2;

    /** Types of chunks, <cite>Snappy framing format description</cite>. */
    private static final int COMPRESSED = 0;

    private static final int UNCOMPRESSED = 1;
    private static final int FIRST_SKIPPABLE = 0x80;

    private static final int CHUNK_HEADER_BYTES = 4;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MOST_UNPACKED = 1 << 16;

    /** A chunk that did not pack well is a little longer than what it holds. */
    private static final int MOST_PACKED = MOST_UNPACKED + (MOST_UNPACKED >> 2) + 64;

    private final DumpFile file;
    private final RamLayout layout = new RamLayout();
    private final List<String> damage = new ArrayList<>();
    private boolean cut;

    /** Whether it has headers without anything behind them. */
    private boolean headersAlone;

    /** Physical address behind the last range. */
    private long behind;

    /** Of each chunk, where what it holds begins among all that is held; then the end. */
    private long[] starts = new long[1024];

    /** Of each chunk, where its header lies in the file. */
    private long[] inFile = new long[1024];

    private int count;
    private long end;

    private final PerThread<Reader> readers = new PerThread<>(Reader::new);

    private Avml(DumpFile file) {
        this.file = file;
        long at = 0;
        while (at >= 0 && at < file.size()) {
            at = readRange(at);
        }
        starts = Arrays.copyOf(starts, count + 1);
        starts[count] = end;
    }

    static Image.Contents open(MappedBytes file) {
        Avml image = new Avml(new PlainFile(file));
        if (image.count == 0) {
            throw new DumpDamage("it holds no memory");
        }
        return new Image.Contents(
                "AVML",
                new PackedBytes(image),
                image.layout.parts(),
                Notes.NONE,
                image.damage,
                image.cut);
    }

    /** Returns where the next range begins, or -1 if that cannot be told. */
    private long readRange(long at) {
        if (at + RangeHeader.BYTES > file.size()) {
            return ends(at);
        }
        Optional<RangeHeader> header = RangeHeader.at(file, at, MAGIC, VERSION);
        if (header.isEmpty()) {
            damage.add("there is no header of a range at byte " + at);
            return -1;
        }
        long first = header.get().pa();
        long size = header.get().size();
        if (behind > 0 && first > behind && (first - behind) % MOST_OF_A_RANGE == 0) {
            layout.add(behind, first - behind, RamRange.NOT_HELD);
        }
        behind = first + size;
        if (isAlone(at + RangeHeader.BYTES, size)) {
            layout.add(first, size, RamRange.NOT_HELD);
            return at + RangeHeader.BYTES;
        }
        long start = end;
        long next = readChunks(at + RangeHeader.BYTES, size);
        layout.add(first, Math.min(size, end - start), start);
        layout.add(first, size, RamRange.NOT_HELD);
        if (next >= 0 && next + TRAILER_BYTES > file.size()) {
            return ends(next);
        }
        return next < 0 ? -1 : next + TRAILER_BYTES;
    }

    /** At the end of the file, whoever wrote others so has not been cut off. */
    private boolean isAlone(long at, long size) {
        if (size > MOST_OF_A_RANGE) {
            return false;
        }
        if (at == file.size()) {
            return headersAlone;
        }
        boolean alone =
                at + RangeHeader.BYTES <= file.size()
                        && RangeHeader.at(file, at, MAGIC, VERSION).isPresent();
        headersAlone |= alone;
        return alone;
    }

    private long ends(long at) {
        cut = true;
        damage.add("the file is cut off at byte " + at);
        return -1;
    }

    /** Returns where the chunks of a range end, or -1. */
    private long readChunks(long from, long size) {
        long at = from;
        long start = end;
        while (end - start < size) {
            if (at + CHUNK_HEADER_BYTES > file.size()) {
                return ends(at);
            }
            Fields head = file.fields(at, (int) Math.min(16, file.size() - at), "chunk's header");
            int type = head.u8(0);
            int length = head.i32(0) >>> 8;
            if (at + CHUNK_HEADER_BYTES + length > file.size()) {
                return ends(at);
            }
            int unpacked = type == COMPRESSED || type == UNCOMPRESSED ? unpacked(head, length) : 0;
            if (unpacked < 0 || (unpacked == 0 && type < FIRST_SKIPPABLE)) {
                damage.add("there is no chunk at byte " + at);
                return -1;
            }
            if (unpacked > 0) {
                add(at, unpacked);
            }
            at += CHUNK_HEADER_BYTES + length;
        }
        return at;
    }

    /** Bytes that a chunk holds; -1 if that cannot be. */
    private static int unpacked(Fields head, int length) {
        if (length <= CHECKSUM_BYTES || length > MOST_PACKED) {
            return -1;
        }
        if (head.u8(0) == UNCOMPRESSED) {
            return length - CHECKSUM_BYTES;
        }
        int size = 0; // a varint, before the block
        int at = CHUNK_HEADER_BYTES + CHECKSUM_BYTES;
        for (int shift = 0; at < head.length() && shift < 21; at++, shift += 7) {
            size |= (head.u8(at) & 0x7f) << shift;
            if (head.u8(at) < 0x80) {
                return size > 0 && size <= MOST_UNPACKED ? size : -1;
            }
        }
        return -1;
    }

    private void add(long at, int unpacked) {
        if (count == inFile.length) {
            starts = Arrays.copyOf(starts, count * 2);
            inFile = Arrays.copyOf(inFile, count * 2);
        }
        starts[count] = end;
        inFile[count++] = at;
        end += unpacked;
    }

    /** One thread's reading. */
    private final class Reader {
        private final Unpacker unpacker = new Unpacker();
        private final byte[] packed = new byte[MOST_PACKED];
        private final CRC32C checksum = new CRC32C();

        boolean unpack(int chunk, byte[] into) {
            int size = (int) (starts[chunk + 1] - starts[chunk]);
            Fields head =
                    file.fields(
                            inFile[chunk], CHUNK_HEADER_BYTES + CHECKSUM_BYTES, "chunk's header");
            int length = (head.i32(0) >>> 8) - CHECKSUM_BYTES;
            if (length <= 0 || length > packed.length) {
                return false; // another than when it was opened
            }
            long at = inFile[chunk] + CHUNK_HEADER_BYTES + CHECKSUM_BYTES;
            file.read(at, packed, 0, length);
            if (head.u8(0) == UNCOMPRESSED) {
                System.arraycopy(packed, 0, into, 0, size);
            } else if (!unpacker.unpack(Unpacker.Method.SNAPPY, packed, length, into, size)) {
                return false;
            }
            checksum.reset();
            checksum.update(into, 0, size);
            return masked((int) checksum.getValue()) == head.i32(CHUNK_HEADER_BYTES);
        }

        /** The framing format stores checksums so that those of checksums differ from them. */
        private static int masked(int crc) {
            return Integer.rotateRight(crc, 15) + 0xa282ead8;
        }
    }

    @Override
    public long size() {
        return end;
    }

    @Override
    public long block(long offset) {
        int i = Arrays.binarySearch(starts, 0, count, offset);
        return i >= 0 ? i : -i - 2;
    }

    @Override
    public long start(long block) {
        return starts[(int) block];
    }

    @Override
    public int longest() {
        return MOST_UNPACKED + (MOST_UNPACKED >> 2) + 64;
    }

    @Override
    public Held held(long block) {
        return Held.PACKED;
    }

    @Override
    public void unpack(long block, byte[] into) {
        try {
            if (readers.get().unpack((int) block, into)) {
                return;
            }
        } catch (DumpDamage e) {
            throw damaged(block);
        }
        throw damaged(block);
    }

    private MemoryFault damaged(long block) {
        return new MemoryFault("damaged in the image, chunk at byte", inFile[(int) block]);
    }

    @Override
    public void close() {
        file.close();
    }
}
