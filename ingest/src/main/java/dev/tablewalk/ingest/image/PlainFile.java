package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MappedBytes;
import java.nio.ByteBuffer;

/** A file as it stands, read by {@code pread(2)}, so that nothing of it stays resident. */
record PlainFile(MappedBytes file) implements DumpFile {
    @Override
    public long size() {
        return file.size();
    }

    @Override
    public void read(long at, byte[] into, int from, int length) {
        if (at < 0 || at > size() - length) {
            throw new DumpDamage("it ends at byte " + size());
        }
        file.read(at, ByteBuffer.wrap(into, from, length));
    }

    @Override
    public void close() {
        file.close();
    }
}
