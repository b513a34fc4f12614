package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image says beside RAM.
 *
 * @param vmcoreinfo what the kernel says of itself, or null
 * @param cpus the registers of each processor that the image has any of
 */
public record Notes(@Nullable Vmcoreinfo vmcoreinfo, List<CpuRegisters> cpus) {
    /** Of a format that has nothing to say. */
    static final Notes NONE = new Notes(null, List.of());

    /**
     * What is known of one processor.
     *
     * @param number as the hypervisor counts; where the image does not say, its place among those
     *     that it has
     * @param noted what a note says of whose registers these are, in {@code pr_pid}: QEMU's a
     *     processor's number and one, the kernel's the pid of the task that it ran; {@link #SAID}
     *     where the image tells the number itself
     * @param registers by the names of the architecture's manual, in small letters; those that are
     *     not known are left out
     */
    public record CpuRegisters(int number, int noted, Map<String, Long> registers) {
        /** In the place of what a note says: the number is sure. */
        public static final int SAID = -1;

        /** Of one whose number the image tells. */
        public CpuRegisters(int number, Map<String, Long> registers) {
            this(number, SAID, registers);
        }
    }
}
