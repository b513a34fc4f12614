package dev.tablewalk.ingest;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.pagetable.PageTables;
import java.util.stream.Collectors;

/**
 * The RAM that the kernel itself knows: all that its linear map maps. What of it the image does not
 * hold, was cut off.
 *
 * @param end physical address behind its last byte
 * @param missing bytes that lie outside the image
 * @param firstMissing physical address of the first of them
 */
record KernelRam(long end, long missing, long firstMissing) {
    /**
     * Of what the linear map maps.
     *
     * @param image which may leave out RAM, if its format says where RAM lies; such a one says what
     *     is none of what is mapped anyway
     */
    static KernelRam of(Kernel kernel, PageTables tables, Image image) {
        KernelMap map = kernel.map();
        PhysicalMemory memory = kernel.memory().physical();
        boolean told = !image.parts().isEmpty();
        long end = 0;
        long missing = 0;
        long firstMissing = -1;
        for (int run = 0; run < tables.leafRuns(); run++) {
            long pa = tables.leafPa(run);
            long va = tables.entryVa(tables.leafTable(run), tables.leafIndex(run));
            if (!map.isLinear(va, pa)) {
                continue;
            }
            long size = tables.leafSize(run);
            for (int i = 0; i < tables.leafEntriesOf(run); i++) {
                long at = pa + i * size;
                end = Math.max(end, at + size);
                long lacking = memory.missing(at, size, !told);
                if (lacking > 0 && !(told && map.format().isMappedAnyway(at, size))) {
                    missing += lacking;
                    long first = firstMissing(memory, at, size, !told);
                    firstMissing = firstMissing < 0 ? first : Math.min(firstMissing, first);
                }
            }
        }
        return new KernelRam(end, missing, firstMissing);
    }

    private static long firstMissing(PhysicalMemory memory, long pa, long size, boolean held) {
        long from = pa;
        long length = size;
        while (length > 1) { // where less than all is missing, in the lower half first
            long half = length / 2;
            if (memory.missing(from, half, held) == 0) {
                from += half;
                length -= half;
            } else {
                length = half;
            }
        }
        return from;
    }

    /**
     * Whether nothing is missing that processes could use. A format that says where RAM lies may
     * leave some out: the crash kernel's own, as a rule.
     */
    boolean isHeldBy(Image image) {
        return !image.isCut() && (missing == 0 || !image.parts().isEmpty());
    }

    /**
     * @throws UserError if RAM is missing, unless the user said that this is known
     */
    void requireHeldBy(Image image, Kernel kernel, IngestRequest request, Anomalies anomalies) {
        if (missing == 0) {
            return;
        }
        String what =
                "the kernel ("
                        + kernel.release()
                        + ") maps RAM up to PA "
                        + Hex.of(end)
                        + ", of which "
                        + (missing >> 10)
                        + " KiB from PA "
                        + Hex.of(firstMissing)
                        + " on are not in the image";
        if (!request.incomplete() && image.parts().isEmpty()) {
            throw UserError.image(
                    image.path()
                            + " is cut off: "
                            + what
                            + " (it holds "
                            + kernel.memory().physical().held().stream()
                                    .map(part -> "--ram " + part)
                                    .collect(Collectors.joining(" "))
                            + "); take it whole"
                            + (request.source().ram().isEmpty() ? "" : ", mend --ram")
                            + ", or go on without them with --incomplete");
        }
        anomalies.add("ram_missing", firstMissing, "image", what);
    }
}
