package dev.tablewalk.ingest.memory;

import dev.tablewalk.ingest.memory.PackedBlocks.Held;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An image in packed blocks, the last used of which are kept unpacked. What is read once, from end
 * to end, goes past them.
 */
public final class PackedBytes implements ImageBytes {
    private static final VarHandle U64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U16 =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes of blocks that are kept unpacked. */
    private static final long KEPT = 128L << 20;

    /** Parts of the cache that several threads can use at once. */
    private static final int SHARES = 64;

    /** Places in which a block may lie. */
    private static final int WAYS = 4;

    private static final long NONE = -1;

    private final PackedBlocks blocks;
    private final Share[] shares = new Share[SHARES];
    private final PerThread<byte[]> buffers;

    /** Closing this closes the blocks. */
    public PackedBytes(PackedBlocks blocks) {
        this.blocks = blocks;
        int longest = blocks.longest();
        int sets = Math.toIntExact(Math.max(1, KEPT / longest / SHARES / WAYS));
        for (int i = 0; i < SHARES; i++) {
            shares[i] = new Share(sets);
        }
        this.buffers = new PerThread<>(() -> new byte[longest]);
    }

    /** Some places of the cache, used by one thread at a time. */
    private final class Share {
        private final long[] kept;
        private final byte[][] content;
        private final byte[] next;

        Share(int sets) {
            kept = new long[sets * WAYS];
            content = new byte[sets * WAYS][];
            next = new byte[sets];
            Arrays.fill(kept, NONE);
        }

        /** To be called, and what it returns to be read, by who holds this share's monitor. */
        byte[] unpacked(long block) {
            int set = (int) (block / SHARES % next.length);
            int first = set * WAYS;
            for (int way = first; way < first + WAYS; way++) {
                if (kept[way] == block) {
                    return content[way];
                }
            }
            int way = first + (next[set]++ & WAYS - 1);
            kept[way] = NONE; // should unpacking fail half-way
            if (content[way] == null) {
                content[way] = new byte[blocks.longest()];
            }
            blocks.unpack(block, content[way]);
            kept[way] = block;
            return content[way];
        }
    }

    private Share share(long block) {
        return shares[(int) (block % SHARES)];
    }

    @Override
    public long size() {
        return blocks.size();
    }

    @Override
    public boolean holds(long offset, long length) {
        long last = blocks.block(offset + length - 1);
        for (long block = blocks.block(offset); block <= last; block++) {
            switch (blocks.held(block)) {
                case NOT -> {
                    return false;
                }
                case ZERO -> {}
                case PACKED -> {
                    if (!unpacks(block)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean unpacks(long block) {
        Share share = share(block);
        synchronized (share) {
            try {
                share.unpacked(block);
                return true;
            } catch (MemoryFault e) {
                return false;
            }
        }
    }

    @Override
    public boolean any(long offset, long length) {
        long last = blocks.block(offset + length - 1);
        for (long block = blocks.block(offset); block <= last; block++) {
            if (blocks.held(block) == Held.PACKED) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long nextData(long offset) {
        if (offset >= size()) {
            return size();
        }
        long block = blocks.block(offset);
        long at = offset;
        while (at < size() && blocks.held(block) != Held.PACKED) {
            at = blocks.start(++block);
        }
        return at;
    }

    @Override
    public long u64(long offset) {
        long block = blocks.block(offset);
        int in = (int) (offset - blocks.start(block));
        if (offset + 8 > blocks.start(block + 1)) {
            return Integer.toUnsignedLong(u32(offset)) | (long) u32(offset + 4) << 32;
        }
        if (isZero(block, offset)) {
            return 0;
        }
        Share share = share(block);
        synchronized (share) {
            return (long) U64.get(share.unpacked(block), in);
        }
    }

    @Override
    public int u32(long offset) {
        long block = blocks.block(offset);
        int in = (int) (offset - blocks.start(block));
        if (offset + 4 > blocks.start(block + 1)) {
            return u16(offset) | u16(offset + 2) << 16;
        }
        if (isZero(block, offset)) {
            return 0;
        }
        Share share = share(block);
        synchronized (share) {
            return (int) U32.get(share.unpacked(block), in);
        }
    }

    @Override
    public int u16(long offset) {
        long block = blocks.block(offset);
        int in = (int) (offset - blocks.start(block));
        if (offset + 2 > blocks.start(block + 1)) {
            return u8(offset) | u8(offset + 1) << 8;
        }
        if (isZero(block, offset)) {
            return 0;
        }
        Share share = share(block);
        synchronized (share) {
            return (short) U16.get(share.unpacked(block), in) & 0xffff;
        }
    }

    @Override
    public int u8(long offset) {
        long block = blocks.block(offset);
        if (isZero(block, offset)) {
            return 0;
        }
        Share share = share(block);
        synchronized (share) {
            return share.unpacked(block)[(int) (offset - blocks.start(block))] & 0xff;
        }
    }

    /**
     * Whether it needs no unpacking.
     *
     * @throws MemoryFault if it is not held
     */
    private boolean isZero(long block, long offset) {
        Held held = blocks.held(block);
        if (held == Held.NOT) {
            throw new MemoryFault("not held by the image: offset", offset);
        }
        return held == Held.ZERO;
    }

    @Override
    public void read(long offset, long[] into, int at, int count) {
        long block = blocks.block(offset);
        int in = (int) (offset - blocks.start(block));
        if (offset + 8L * count > blocks.start(block + 1)) {
            for (int i = 0; i < count; i++) {
                into[at + i] = u64(offset + 8L * i);
            }
            return;
        }
        if (isZero(block, offset)) {
            Arrays.fill(into, at, at + count, 0);
            return;
        }
        Share share = share(block);
        synchronized (share) {
            byte[] from = share.unpacked(block);
            for (int i = 0; i < count; i++) {
                into[at + i] = (long) U64.get(from, in + 8 * i);
            }
        }
    }

    @Override
    public void read(long offset, byte[] into, int at, int length) {
        int done = 0;
        while (done < length) {
            long block = blocks.block(offset + done);
            int in = (int) (offset + done - blocks.start(block));
            int chunk = (int) Math.min(length - done, blocks.start(block + 1) - offset - done);
            if (isZero(block, offset + done)) {
                Arrays.fill(into, at + done, at + done + chunk, (byte) 0);
            } else {
                Share share = share(block);
                synchronized (share) {
                    System.arraycopy(share.unpacked(block), in, into, at + done, chunk);
                }
            }
            done += chunk;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        byte[] buffer = buffers.get();
        for (long at = offset; into.hasRemaining(); ) {
            long block = blocks.block(at);
            int in = (int) (at - blocks.start(block));
            int chunk = (int) Math.min(into.remaining(), blocks.start(block + 1) - at);
            if (isZero(block, at)) {
                Arrays.fill(buffer, in, in + chunk, (byte) 0);
            } else {
                blocks.unpack(block, buffer);
            }
            into.put(buffer, in, chunk);
            at += chunk;
        }
    }

    /** Nothing: what is kept is bounded. */
    @Override
    public void release() {}

    @Override
    public void close() {
        blocks.close();
    }
}
