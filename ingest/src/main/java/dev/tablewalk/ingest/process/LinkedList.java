package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The kernel's {@code struct list_head}: {@code include/linux/list.h}. Where the chain of {@code
 * next} breaks, it is taken up from the other end by {@code prev}.
 */
final class LinkedList {
    /** As many tasks as there can be. */
    private static final int MOST = 4 << 20;

    private final KernelMemory memory;
    private final Anomalies anomalies;

    LinkedList(KernelMemory memory, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
    }

    /**
     * Visits every entry but the head.
     *
     * @param what the list's name, for anomalies
     * @param offset of the {@code list_head} in an entry, bytes
     * @param entry takes the address of each entry
     */
    void forEach(String what, long head, long offset, LongConsumer entry) {
        Set<Long> seen = new HashSet<>();
        seen.add(head);
        if (!follow(what, head, 0, offset, seen, entry)) {
            follow(what, head, 8, offset, seen, entry);
        }
    }

    /**
     * @param link 0 to go by {@code next}, 8 by {@code prev}
     * @return whether the chain came back to the head
     */
    private boolean follow(
            String what, long head, int link, long offset, Set<Long> seen, LongConsumer entry) {
        long at = head;
        while (seen.size() < MOST) {
            long next;
            try {
                next = memory.pointer(at + link);
                if (next == head) {
                    return true;
                }
                long back = memory.pointer(next + (8 - link));
                if (back != at) {
                    anomalies.add("torn_list", at, what, "the neighbour does not point back");
                    return false;
                }
            } catch (MemoryFault e) {
                anomalies.fault("torn_list", at, what, e);
                return false;
            }
            if (!seen.add(next)) {
                if (link == 0) {
                    anomalies.add("list_loop", next, what, "the list comes back to this entry");
                }
                return false;
            }
            entry.accept(next - offset);
            at = next;
        }
        anomalies.add("list_too_long", head, what, "more than " + MOST + " entries");
        return true;
    }
}
