package dev.tablewalk.ingest;

import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lzo.LzoCompressor;
import io.airlift.compress.v3.snappy.SnappyFramedOutputStream;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Writes raw RAM in another format, small and odd, for what real writers do not do on demand: leave
 * out a given page, split RAM, damage. That real files are read is shown on real files.
 */
enum Packing {
    ELF,
    KDUMP_ZLIB,
    KDUMP_LZO,
    KDUMP_SNAPPY,
    KDUMP_ZSTD,
    KDUMP_FLATTENED,
    LIME,
    AVML,
    QEMU,
    LIBVIRT,
    GZIP,
    XZ,
    ZSTD;

    /** Bytes. */
    static final int AVML_RANGE = 16 << 20;

    private static final int PAGE = 4096;

    /** Whether the format can leave out pages. */
    boolean canLeaveOut() {
        return name().startsWith("KDUMP") || this == ELF || this == LIME || this == QEMU;
    }

    /**
     * Writes an image.
     *
     * @param raw all of RAM
     * @param base physical address of its first byte
     * @param root PA of the kernel's root table, which processors walk where the format has any
     * @param leftOut pages that the image is not to hold, by their place in the RAM
     */
    void write(byte[] raw, long base, long root, BitSet leftOut, Path to) throws IOException {
        byte[] image =
                switch (this) {
                    case ELF -> elf(raw, base, leftOut);
                    case KDUMP_ZLIB -> kdump(raw, base, leftOut, 1);
                    case KDUMP_LZO -> kdump(raw, base, leftOut, 2);
                    case KDUMP_SNAPPY -> kdump(raw, base, leftOut, 4);
                    case KDUMP_ZSTD -> kdump(raw, base, leftOut, 0x20);
                    case KDUMP_FLATTENED -> flattened(kdump(raw, base, leftOut, 1));
                    case LIME -> lime(raw, base, leftOut);
                    case AVML -> avml(raw, base, new BitSet());
                    case QEMU -> StreamPacking.pack(raw, leftOut, root);
                    case LIBVIRT -> libvirt(StreamPacking.pack(raw, leftOut, root));
                    case GZIP -> through(raw, GZIPOutputStream::new);
                    case XZ -> through(raw, out -> new XZOutputStream(out, new LZMA2Options(0)));
                    case ZSTD -> through(raw, ZstdOutputStream::new);
                };
        Files.write(to, image);
    }

    private interface Wrapping {
        OutputStream around(OutputStream out) throws IOException;
    }

    private static byte[] through(byte[] raw, Wrapping wrapping) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packed = wrapping.around(out)) {
            packed.write(raw);
        }
        return out.toByteArray();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** A run of pages that are all left out, or all not. */
    private interface Run {
        void of(int from, int to, boolean leftOut) throws IOException;
    }

    private static void runs(byte[] raw, BitSet leftOut, Run run) throws IOException {
        int pages = raw.length / PAGE;
        for (int from = 0; from < pages; ) {
            boolean out = leftOut.get(from);
            int next = out ? leftOut.nextClearBit(from) : leftOut.nextSetBit(from);
            int to = next < 0 ? pages : Math.min(next, pages);
            run.of(from, to, out);
            from = to;
        }
    }

    private static byte[] elf(byte[] raw, long base, BitSet leftOut) throws IOException {
        int[] count = {0};
        runs(raw, leftOut, (from, to, out) -> count[0]++);
        ByteBuffer head = little(64 + 56 * count[0]);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort((short) 4).putShort((short) 183).putInt(1).putLong(0).putLong(64);
        head.position(54);
        head.putShort((short) 56).putShort((short) count[0]).position(64);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        runs(
                raw,
                leftOut,
                (from, to, out) -> {
                    long bytes = (long) (to - from) * PAGE;
                    head.putInt(1).putInt(7).putLong(head.capacity() + data.size()).putLong(0);
                    head.putLong(base + (long) from * PAGE).putLong(out ? 0 : bytes);
                    head.putLong(bytes).putLong(0);
                    if (!out) {
                        data.write(raw, from * PAGE, (int) bytes);
                    }
                });
        return joined(bytes(head), data.toByteArray());
    }

    private static byte[] lime(byte[] raw, long base, BitSet leftOut) throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        runs(
                raw,
                leftOut,
                (from, to, out) -> {
                    if (!out) {
                        long pa = base + (long) from * PAGE;
                        long last = base + (long) to * PAGE - 1;
                        image.write(header("EMiL", 1, pa, last));
                        image.write(raw, from * PAGE, (to - from) * PAGE);
                    }
                });
        return image.toByteArray();
    }

    private static byte[] header(String magic, int version, long first, long last) {
        ByteBuffer header = little(32).put(magic.getBytes(StandardCharsets.US_ASCII));
        return bytes(header.putInt(version).putLong(first).putLong(last));
    }

    /**
     * In ranges, as AVML cuts them.
     *
     * @param leftOut those of them that are not written, which AVML does with what is zero
     */
    static byte[] avml(byte[] raw, long base, BitSet leftOut) throws IOException {
        return avml(raw, base, leftOut, false);
    }

    /** The same, with the headers of those that are not written. */
    static byte[] avmlWithHeaders(byte[] raw, long base, BitSet leftOut) throws IOException {
        return avml(raw, base, leftOut, true);
    }

    /** In three ranges, of the second of which only the header is written. */
    static byte[] limeWithHeader(byte[] raw, long base, int from, int to) {
        return joined(
                header("EMiL", 1, base, base + from - 1),
                Arrays.copyOf(raw, from),
                header("EMiL", 1, base + from, base + to - 1),
                header("EMiL", 1, base + to, base + raw.length - 1),
                Arrays.copyOfRange(raw, to, raw.length));
    }

    /** In one range, with zeroes before RAM. */
    static byte[] limePadded(byte[] raw, long base, int padding) {
        return joined(
                header("EMiL", 1, base - padding, base + raw.length - 1), new byte[padding], raw);
    }

    private static byte[] avml(byte[] raw, long base, BitSet leftOut, boolean headers)
            throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        for (int at = 0; at < raw.length; at += AVML_RANGE) {
            int end = Math.min(raw.length, at + AVML_RANGE);
            if (leftOut.get(at / AVML_RANGE)) {
                if (headers) {
                    image.write(header("AVML", 2, base + at, base + end - 1));
                }
                continue;
            }
            byte[] part = Arrays.copyOfRange(raw, at, end);
            byte[] packed =
                    through(
                            part,
                            out -> new SnappyFramedOutputStream(new SnappyJavaCompressor(), out));
            image.write(header("AVML", 2, base + at, base + end - 1));
            image.write(packed);
            image.write(bytes(little(8).putLong(packed.length)));
        }
        return image.toByteArray();
    }

    private static byte[] libvirt(byte[] stream) {
        byte[] xml = "<domain/>\0".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer header = little(92).put("LibvirtQemudSave".getBytes(StandardCharsets.US_ASCII));
        header.putInt(2).putInt(xml.length).putInt(1);
        return joined(bytes(header), xml, stream);
    }

    private static byte[] big(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    private static boolean isZero(byte[] raw, int at) {
        return Arrays.equals(raw, at, at + PAGE, new byte[PAGE], 0, PAGE);
    }

    private static byte[] joined(byte[]... parts) {
        int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /** A core with notes. */
    static byte[] elfWithNotes(byte[] raw, long base, byte[] notes) {
        ByteBuffer head = little(64 + 2 * 56);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort((short) 4).putShort((short) 183).putInt(1).putLong(0).putLong(64);
        head.position(54);
        head.putShort((short) 56).putShort((short) 2).position(64);
        head.putInt(4).putInt(0).putLong(head.capacity()).putLong(0).putLong(0);
        head.putLong(notes.length).putLong(0).putLong(0);
        head.putInt(1).putInt(7).putLong(head.capacity() + notes.length).putLong(0);
        head.putLong(base).putLong(raw.length).putLong(raw.length).putLong(0);
        return joined(bytes(head), notes, raw);
    }

    /** A dump with notes, which lie behind all else. */
    static byte[] kdumpWithNotes(byte[] raw, long base, byte[] notes) {
        byte[] dump = kdump(raw, base, new BitSet(), 1);
        ByteBuffer.wrap(dump)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(PAGE + 48, dump.length)
                .putLong(PAGE + 56, notes.length);
        return joined(dump, notes);
    }

    /** A note as ELF has it. */
    static byte[] note(String name, int type, byte[] content) {
        int nameSize = name.length() + 1;
        ByteBuffer note = little(12 + (nameSize + 3 & -4) + (content.length + 3 & -4));
        note.putInt(nameSize).putInt(content.length).putInt(type);
        note.put(name.getBytes(StandardCharsets.US_ASCII)).position(12 + (nameSize + 3 & -4));
        note.put(content);
        return bytes(note);
    }

    /** {@code NT_PRSTATUS} of a processor of which the program counter alone is known. */
    static byte[] programCounter(int pid, long pc) {
        ByteBuffer status = little(392);
        status.putInt(32, pid).putLong(112 + 8 * 32, pc);
        return note("CORE", 1, bytes(status));
    }

    private static byte[] kdump(byte[] raw, long base, BitSet leftOut, int method) {
        return kdump(raw, base, leftOut, method, 0, 0);
    }

    /**
     * Writes a dump, or a part of one.
     *
     * @param from the first page of RAM that the part holds
     * @param to the page behind its last; 0 for all in one file
     */
    static byte[] kdump(byte[] raw, long base, BitSet leftOut, int method, int from, int to) {
        int pages = raw.length / PAGE;
        boolean isPart = to > 0;
        int first = (int) (base / PAGE);
        int bitmapBlocks = ((first + pages + 7) / 8 + PAGE - 1) / PAGE;
        ByteBuffer head = little(2 * PAGE);
        head.put("KDUMP   ".getBytes(StandardCharsets.US_ASCII)).putInt(6).position(424);
        head.putInt(method).putInt(PAGE).putInt(1).putInt(2 * bitmapBlocks);
        head.position(PAGE + 12);
        head.putInt(isPart ? 1 : 0).position(PAGE + 80);
        head.putLong(isPart ? first + from : 0).putLong(isPart ? first + to : 0);
        head.putLong((long) first + pages);
        BitSet left = (BitSet) leftOut.clone();
        if (isPart) {
            left.set(0, from);
            left.set(to, pages);
        }
        ByteBuffer bitmaps = little(2 * bitmapBlocks * PAGE);
        int count = 0;
        for (int page = 0; page < pages; page++) {
            set(bitmaps, 0, first + page);
            if (!leftOut.get(page)) {
                set(bitmaps, bitmapBlocks * PAGE, first + page);
            }
            count += left.get(page) ? 0 : 1;
        }
        ByteBuffer descriptors = little(24 * count);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        long dataAt = (long) head.capacity() + bitmaps.capacity() + descriptors.capacity();
        byte[] zero = pack(new byte[PAGE], method);
        data.writeBytes(zero);
        for (int page = 0; page < pages; page++) {
            if (left.get(page)) {
                continue;
            }
            byte[] content = Arrays.copyOfRange(raw, page * PAGE, (page + 1) * PAGE);
            byte[] packed = pack(content, method);
            boolean isZero = isZero(raw, page * PAGE);
            boolean packs = packed.length < PAGE;
            descriptors.putLong(isZero ? dataAt : dataAt + data.size());
            descriptors.putInt(isZero ? zero.length : packs ? packed.length : PAGE);
            descriptors.putInt(isZero || packs ? method : 0).putLong(0);
            if (!isZero) {
                data.writeBytes(packs ? packed : content);
            }
        }
        return joined(bytes(head), bytes(bitmaps), bytes(descriptors), data.toByteArray());
    }

    private static void set(ByteBuffer bitmaps, int start, int bit) {
        int at = start + bit / 8;
        bitmaps.put(at, (byte) (bitmaps.get(at) | 1 << bit % 8));
    }

    private static byte[] pack(byte[] page, int method) {
        if (method == 1) {
            Deflater deflater = new Deflater(1);
            deflater.setInput(page);
            deflater.finish();
            byte[] into = new byte[2 * PAGE];
            int length = deflater.deflate(into);
            deflater.end();
            return Arrays.copyOf(into, length);
        }
        Compressor compressor =
                switch (method) {
                    case 2 -> new LzoCompressor();
                    case 4 -> new SnappyJavaCompressor();
                    default -> new ZstdJavaCompressor();
                };
        byte[] into = new byte[compressor.maxCompressedLength(page.length)];
        int length = compressor.compress(page, 0, page.length, into, 0, into.length);
        return Arrays.copyOf(into, length);
    }

    /** In records of odd lengths, and the header once more at the end, as its writers do. */
    private static byte[] flattened(byte[] dump) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(4096);
        head.put("makedumpfile".getBytes(StandardCharsets.US_ASCII)).position(16);
        head.putLong(1).putLong(1);
        out.writeBytes(bytes(head));
        record(out, 0, new byte[PAGE]);
        for (int at = PAGE; at < dump.length; at += 12_345) {
            record(out, at, Arrays.copyOfRange(dump, at, Math.min(dump.length, at + 12_345)));
        }
        record(out, 0, Arrays.copyOf(dump, PAGE));
        out.writeBytes(big(-1));
        out.writeBytes(big(-1));
        return out.toByteArray();
    }

    private static void record(ByteArrayOutputStream out, long at, byte[] bytes) {
        out.writeBytes(big(at));
        out.writeBytes(big(bytes.length));
        out.writeBytes(bytes);
    }
}
