package dev.tablewalk.ingest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Numbers in some bytes of a file; the caller knows that they are long enough. */
record Fields(byte[] bytes, ByteBuffer buffer) {
    Fields(byte[] bytes) {
        this(bytes, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    Fields bigEndian() {
        return new Fields(bytes, ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN));
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
