package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;

/**
 * Tells RAM that is cipher text, as the host sees that of a guest whose processor encrypts it (AMD
 * SEV, Intel TDX): no page looks like anything. In other RAM pages like that are rare: keys, and
 * what is packed.
 */
final class EncryptedRam {
    private static final int PAGE = 4096;

    /** Pages that are looked at, at most, all over RAM. */
    private static final int SAMPLES = 1 << 14;

    /** Fewer tell nothing. */
    private static final int LEAST = 64;

    /** Of a hundred pages that hold something. */
    private static final int LEAST_SHARE = 95;

    /**
     * The most that {@code chi^2} of a page's 256 kinds of bytes may be: 255 on average if they are
     * random, with a standard deviation of 23.
     */
    private static final double MOST_CHI = 255 + 5 * 23;

    private EncryptedRam() {}

    /** Whether nearly all that RAM holds is random. Cost: reads some pages. */
    static boolean is(PhysicalMemory memory) {
        long bytes = memory.held().stream().mapToLong(RamRange::size).sum();
        long step = Math.max(1, bytes / PAGE / SAMPLES) * PAGE;
        byte[] page = new byte[PAGE];
        int filled = 0;
        int random = 0;
        for (RamRange range : memory.held()) {
            for (long pa = range.pa(); pa + PAGE <= range.end(); pa += step) {
                if (read(memory, pa, page) && isFilled(page)) {
                    filled++;
                    random += isRandom(page) ? 1 : 0;
                }
            }
        }
        return filled >= LEAST && random * 100L >= (long) filled * LEAST_SHARE;
    }

    /** What is not held, or damaged, tells nothing. */
    private static boolean read(PhysicalMemory memory, long pa, byte[] into) {
        try {
            memory.read(pa, into, 0, into.length);
            return true;
        } catch (MemoryFault e) {
            return false;
        }
    }

    private static boolean isFilled(byte[] page) {
        for (byte each : page) {
            if (each != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRandom(byte[] page) {
        int[] counts = new int[256];
        for (byte each : page) {
            counts[each & 0xff]++;
        }
        double expected = page.length / 256.0;
        double chi = 0;
        for (int count : counts) {
            chi += (count - expected) * (count - expected) / expected;
        }
        return chi <= MOST_CHI;
    }
}
