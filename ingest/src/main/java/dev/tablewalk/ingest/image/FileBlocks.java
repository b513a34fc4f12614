package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.EvenBlocks;
import dev.tablewalk.ingest.memory.MemoryFault;

/** A file that cannot be mapped, in blocks that are read one by one. */
record FileBlocks(DumpFile file) implements EvenBlocks {
    private static final int SHIFT = 14;

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public int shift() {
        return SHIFT;
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
