package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;

/**
 * What an image holds, as one run of bytes that is addressed by offset: a file as it stands,
 * several one behind the other, or what a packed one unpacks to. Little-endian. Reads are safe from
 * several threads.
 *
 * <p>Every range that is read must lie inside {@link #size()}, which the caller checks. Where the
 * image does not hold a byte, or holds it damaged, a read throws {@link MemoryFault}.
 */
public interface ImageBytes extends AutoCloseable {
    /** Bytes, those that are not held included. */
    long size();

    /**
     * Whether all of a range can be read. What must be unpacked first is unpacked to tell, so the
     * range should be one that is to be read.
     */
    boolean holds(long offset, long length);

    /** Whether any byte of the range may be other than zero, and is held. */
    boolean any(long offset, long length);

    /**
     * The first offset from one on whose byte may be other than zero; {@link #size()} if there is
     * none.
     */
    long nextData(long offset);

    long u64(long offset);

    int u32(long offset);

    /** Two bytes, unsigned. */
    int u16(long offset);

    /** One byte, unsigned. */
    int u8(long offset);

    /** Copies 64-bit words out. */
    void read(long offset, long[] into, int at, int count);

    /** Copies bytes out. */
    void read(long offset, byte[] into, int at, int length);

    /** Copies bytes out until the buffer is full; for what is read once, from end to end. */
    void read(long offset, ByteBuffer into);

    /** A copy of at most so many bytes; fewer where the image ends. */
    default byte[] copy(long offset, int most) {
        byte[] copy = new byte[(int) Math.min(most, size() - offset)];
        read(offset, copy, 0, copy.length);
        return copy;
    }

    /** Takes what was read out of this process's resident memory, where it can be read again. */
    void release();

    @Override
    void close();
}
