package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.scan.RamScan;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongPredicate;

/**
 * Looks for structs of one kind in RAM by a pointer that they hold; a struct's other members are
 * only read where that one fits.
 */
public final class StructScan implements RamScan.FrameVisitor {
    /** The slab caches that are looked for align their objects so: {@code SLAB_HWCACHE_ALIGN}. */
    static final int ALIGNMENT = 64;

    private final int keyOffset;
    private final PointerRange key;
    private final LongPredicate shape;
    private final ConcurrentLinkedQueue<Long> found = new ConcurrentLinkedQueue<>();

    /**
     * @param keyOffset of the pointer, a multiple of 8 bytes
     * @param key what the pointer can be
     * @param shape whether what lies at a physical address fits as a whole
     */
    StructScan(int keyOffset, PointerRange key, LongPredicate shape) {
        this.keyOffset = keyOffset;
        this.key = key;
        this.shape = shape;
    }

    @Override
    public void frame(int row, long pa, long[] words) {
        for (int i = keyOffset % ALIGNMENT / 8; i < words.length; i += ALIGNMENT / 8) {
            if (key.holds(words[i])) {
                long struct = pa + 8L * i - keyOffset;
                if (shape.test(struct)) {
                    found.add(struct);
                }
            }
        }
    }

    /** Physical addresses of what was found, ascending. */
    List<Long> found() {
        return found.stream().sorted().toList();
    }
}
