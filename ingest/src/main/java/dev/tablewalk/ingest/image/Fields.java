package dev.tablewalk.ingest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Numbers in some bytes of a file; the caller knows that they are long enough. */
final class Fields {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    /** Little-endian numbers. */
    Fields(byte[] bytes) {
        this(bytes, ByteOrder.LITTLE_ENDIAN);
    }

    private Fields(byte[] bytes, ByteOrder order) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(order);
    }

    Fields bigEndian() {
        return new Fields(bytes, ByteOrder.BIG_ENDIAN);
    }

    byte[] bytes() {
        return bytes;
    }

    /** The same bytes, in the same order of numbers. */
    ByteBuffer buffer() {
        return buffer.asReadOnlyBuffer().order(buffer.order());
    }

    int length() {
        return bytes.length;
    }

    int u8(int at) {
        return buffer.get(at) & 0xff;
    }

    int u16(int at) {
        return buffer.getShort(at) & 0xffff;
    }

    int i32(int at) {
        return buffer.getInt(at);
    }

    long u32(int at) {
        return Integer.toUnsignedLong(buffer.getInt(at));
    }

    long u64(int at) {
        return buffer.getLong(at);
    }

    /** Text up to a NUL. */
    String text(int at, int most) {
        int end = at;
        while (end < at + most && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    }
}
