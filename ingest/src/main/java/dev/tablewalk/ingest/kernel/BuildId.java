package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The kernel's build id: the ELF note of that name in its image, which the kernel has copied to
 * {@code vmlinux_build_id} ({@code lib/buildid.c}). Notes of what else lies in the image, such as
 * the vDSO's, it has not.
 */
final class BuildId {
    private static final int GNU = 'G' | 'N' << 8 | 'U' << 16;
    private static final int NT_GNU_BUILD_ID = 3;

    /** SHA-1's length, which linkers write. */
    private static final int LENGTH = 20;

    private BuildId() {}

    /**
     * Finds it.
     *
     * @param start physical address of the image's first byte
     * @param end physical address behind it
     */
    static Optional<String> in(PhysicalMemory memory, long start, long end) {
        for (long at = start; (at = memory.find32(GNU, at, end)) >= 0; at += 4) {
            long note = at - 12;
            if (memory.contains(note, 16 + LENGTH)
                    && memory.u32(note) == 4
                    && memory.u32(note + 4) == LENGTH
                    && memory.u32(note + 8) == NT_GNU_BUILD_ID) {
                byte[] id = new byte[LENGTH];
                memory.read(at + 4, id, 0, LENGTH);
                if (isElsewhere(memory, start, end, at + 4, id)) {
                    return Optional.of(HexFormat.of().formatHex(id));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isElsewhere(
            PhysicalMemory memory, long start, long end, long here, byte[] id) {
        int first = memory.u32(here);
        byte[] other = new byte[LENGTH];
        for (long at = start; (at = memory.find32(first, at, end)) >= 0; at += 4) {
            if (at != here && memory.contains(at, LENGTH)) {
                memory.read(at, other, 0, LENGTH);
                if (Arrays.equals(id, other)) {
                    return true;
                }
            }
        }
        return false;
    }
}
