package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The kernel's huge page of zeroes, which stands for every untouched block of anonymous memory that
 * was only read: {@code get_huge_zero_folio()} in {@code mm/huge_memory.c}. There is one at most.
 * It counts as nobody's memory, and {@code struct page} says no more of it than that it is in use.
 */
public final class HugeZero {
    private static final int CHUNK = 4096;

    private final Kernel kernel;
    private final Frames frames;
    private final PhysicalMemory memory;
    private final int pageShift;
    private final long blockSize;

    private HugeZero(Kernel kernel, Frames frames) {
        this.kernel = kernel;
        this.frames = frames;
        this.memory = kernel.memory().physical();
        this.pageShift = kernel.map().format().pageShift();
        this.blockSize = 1L << kernel.map().format().shift(kernel.map().format().levels() - 2);
    }

    /**
     * Looks for it, and makes its frames {@link FrameKind#HUGE_ZERO}. It is the block that the
     * kernel's own variable leads to; where there are no symbols of data, the one that most entries
     * map, of those that could be it. It has to be the kernel's, and zero from end to end: one that
     * was written to is not what it should be, and stays the kernel's.
     *
     * @param readOnly how many entries of processes map a block so that it cannot be written, by
     *     the block's physical address
     */
    public static void mark(Kernel kernel, Frames frames, Map<Long, Integer> readOnly) {
        HugeZero zero = new HugeZero(kernel, frames);
        OptionalLong told = zero.told();
        long pa =
                told.isPresent()
                        ? told.getAsLong()
                        : readOnly.entrySet().stream()
                                .filter(block -> zero.isIt(block.getKey()))
                                .max(Map.Entry.comparingByValue())
                                .map(Map.Entry::getKey)
                                .orElse(-1L);
        if (pa >= 0 && (told.isEmpty() || zero.isIt(pa))) {
            frames.setHugeZero(pa, pa + zero.blockSize);
        }
    }

    /** Its physical address by the kernel's own word, -1 if there is none now. */
    private OptionalLong told() {
        // Of the two the number is the younger (commit 3b77e8c8cde5); it is all ones where there is
        // none. The pointer was to a struct page before commit 5691753d73a2.
        OptionalLong number = kernel.word("huge_zero_pfn");
        if (number.isEmpty()) {
            OptionalLong page = kernel.word("huge_zero_folio");
            page = page.isPresent() ? page : kernel.word("huge_zero_page");
            int size = kernel.types().structSize("page").orElse(1);
            number =
                    page.isEmpty() || page.getAsLong() == 0
                            ? page
                            : OptionalLong.of((page.getAsLong() - frames.vmemmap()) / size);
        }
        return number.isEmpty()
                ? number
                : OptionalLong.of(number.getAsLong() <= 0 ? -1 : number.getAsLong() << pageShift);
    }

    private boolean isIt(long pa) {
        if ((pa & (blockSize - 1)) != 0 || !memory.isRam(pa, blockSize)) {
            return false;
        }
        for (long at = pa; at < pa + blockSize; at += 1L << pageShift) {
            if (frames.kind(at) != FrameKind.OTHER) {
                return false;
            }
        }
        return isZero(pa);
    }

    /** What a dump left out was zero, or not wanted: nothing speaks against it. */
    private boolean isZero(long pa) {
        byte[] chunk = new byte[CHUNK];
        byte[] zeroes = new byte[CHUNK];
        for (long at = pa; at < pa + blockSize; at += CHUNK) {
            if (!memory.isHole(at, CHUNK)) {
                memory.read(at, chunk, 0, CHUNK);
                if (!Arrays.equals(chunk, zeroes)) {
                    return false;
                }
            }
        }
        return true;
    }
}
