package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PackedBlocks;

/** A file that cannot be mapped, in blocks that are read one by one. */
record FileBlocks(DumpFile file) implements PackedBlocks {
    private static final int SHIFT = 14;

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public long block(long offset) {
        return offset >>> SHIFT;
    }

    @Override
    public long start(long block) {
        return Math.min(block << SHIFT, file.size());
    }

    @Override
    public int longest() {
        return 1 << SHIFT;
    }

    @Override
    public Held held(long block) {
        return Held.PACKED;
    }

    @Override
    public void unpack(long block, byte[] into) {
        try {
            file.read(start(block), into, 0, (int) (start(block + 1) - start(block)));
        } catch (DumpDamage e) {
            throw new MemoryFault("not in the file: offset", start(block));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
