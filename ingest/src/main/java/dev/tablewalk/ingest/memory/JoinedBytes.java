package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;
import java.util.List;

/** Several images one behind the other, such as the RAM of each NUMA node in a file of its own. */
public final class JoinedBytes implements ImageBytes {
    private final List<ImageBytes> parts;
    private final long[] starts;
    private final long size;

    /** In the order given; closing this closes them. */
    public JoinedBytes(List<? extends ImageBytes> parts) {
        this.parts = List.copyOf(parts);
        this.starts = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = end;
            end += parts.get(i).size();
        }
        this.size = end;
    }

    @Override
    public long size() {
        return size;
    }

    private int part(long offset) {
        int i = starts.length - 1;
        while (i > 0 && offset < starts[i]) {
            i--;
        }
        return i;
    }

    /** What a range is asked part by part. */
    private interface Asked {
        boolean of(ImageBytes part, long offset, long length);
    }

    /** Whether the answer of any part is the one looked for. */
    private boolean anyPart(long offset, long length, boolean wanted, Asked asked) {
        long at = offset;
        while (at < offset + length) {
            int i = part(at);
            long chunk = Math.min(offset + length - at, parts.get(i).size() - (at - starts[i]));
            if (asked.of(parts.get(i), at - starts[i], chunk) == wanted) {
                return true;
            }
            at += chunk;
        }
        return false;
    }

    @Override
    public boolean holds(long offset, long length) {
        return !anyPart(offset, length, false, ImageBytes::holds);
    }

    @Override
    public boolean any(long offset, long length) {
        return anyPart(offset, length, true, ImageBytes::any);
    }

    @Override
    public long nextData(long offset) {
        long at = offset;
        while (at < size) {
            int i = part(at);
            long found = parts.get(i).nextData(at - starts[i]);
            at = starts[i] + found;
            if (found < parts.get(i).size()) {
                return at;
            }
        }
        return size;
    }

    private boolean crosses(int part, long offset, int length) {
        return offset - starts[part] + length > parts.get(part).size();
    }

    @Override
    public long u64(long offset) {
        int i = part(offset);
        return crosses(i, offset, 8)
                ? Integer.toUnsignedLong(u32(offset)) | (long) u32(offset + 4) << 32
                : parts.get(i).u64(offset - starts[i]);
    }

    @Override
    public int u32(long offset) {
        int i = part(offset);
        return crosses(i, offset, 4)
                ? u16(offset) | u16(offset + 2) << 16
                : parts.get(i).u32(offset - starts[i]);
    }

    @Override
    public int u16(long offset) {
        int i = part(offset);
        return crosses(i, offset, 2)
                ? u8(offset) | u8(offset + 1) << 8
                : parts.get(i).u16(offset - starts[i]);
    }

    @Override
    public int u8(long offset) {
        int i = part(offset);
        return parts.get(i).u8(offset - starts[i]);
    }

    @Override
    public void read(long offset, long[] into, int at, int count) {
        int i = part(offset);
        if (crosses(i, offset, 8 * count)) {
            for (int n = 0; n < count; n++) {
                into[at + n] = u64(offset + 8L * n);
            }
        } else {
            parts.get(i).read(offset - starts[i], into, at, count);
        }
    }

    @Override
    public void read(long offset, byte[] into, int at, int length) {
        int done = 0;
        while (done < length) {
            int i = part(offset + done);
            long inPart = offset + done - starts[i];
            int chunk = (int) Math.min(length - done, parts.get(i).size() - inPart);
            parts.get(i).read(inPart, into, at + done, chunk);
            done += chunk;
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long at = offset;
        int limit = into.limit();
        while (into.position() < limit) {
            int i = part(at);
            long inPart = at - starts[i];
            int chunk = (int) Math.min(limit - into.position(), parts.get(i).size() - inPart);
            parts.get(i).read(inPart, into.limit(into.position() + chunk));
            at += chunk;
        }
    }

    @Override
    public void release() {
        parts.forEach(ImageBytes::release);
    }

    @Override
    public void close() {
        parts.forEach(ImageBytes::close);
    }
}
