package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CPUs have yet to add to a counter is added, wherever their own memory lies. */
class PerCpuTest {
    private static final int CPUS = 3;
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    private WrittenGuest write() throws IOException {
        return GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                .cpus(CPUS)
                .task(1, "init", t -> t.mm(mm -> mm.vma(VA, VA + 0x2000, "rw-p").page(VA)))
                .write(folder.resolve("guest.raw"));
    }

    private static long symbol(WrittenGuest guest, String name) {
        return guest.physical(Objects.requireNonNull(guest.symbols().get(name)));
    }

    /** Has each CPU hold back another number of anonymous pages: 1, 10, 100. */
    private static void holdBack(WrittenGuest guest, long[] offsets) throws IOException {
        Damage image = new Damage(guest);
        int size = guest.size("percpu_counter");
        long anonymous = guest.member(guest.mm(1).address(), "mm_struct", "rss_stat") + size;
        // In the place of the run queue's lock, which nobody reads.
        long counter = Objects.requireNonNull(guest.symbols().get("runqueues"));
        image.member(anonymous, "percpu_counter", "counters", counter);
        int pages = 1;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            image.putU64(symbol(guest, "__per_cpu_offset") + 8L * cpu, offsets[cpu]);
            image.putU64(guest.physical(counter + offsets[cpu]), pages);
            pages *= 10;
        }
    }

    private static long[] offsets(WrittenGuest guest) throws IOException {
        long[] offsets = new long[CPUS];
        for (int cpu = 0; cpu < CPUS; cpu++) {
            offsets[cpu] = new Damage(guest).u64(symbol(guest, "__per_cpu_offset") + 8L * cpu);
        }
        return offsets;
    }

    private static @Nullable Long residentPages(WrittenGuest guest) {
        return ReadGuest.of(guest).all(GraphNode.MmStruct.class).stream()
                .filter(mm -> mm.address() == guest.mm(1).address())
                .findFirst()
                .orElseThrow()
                .rssPages();
    }

    @Test
    void inAscendingOrder() throws IOException {
        WrittenGuest guest = write();
        holdBack(guest, offsets(guest));
        assertEquals(112L, residentPages(guest));
    }

    /** CPU 0 on the upper of two NUMA nodes. */
    @Test
    void orNot() throws IOException {
        WrittenGuest guest = write();
        long[] up = offsets(guest);
        holdBack(guest, new long[] {up[2], up[0], up[1]});
        assertEquals(112L, residentPages(guest));
    }

    /** A CPU that could be there and is not has memory too; one that cannot has not. */
    @Test
    void ofCpusThatArePossible() throws IOException {
        WrittenGuest guest = write();
        holdBack(guest, offsets(guest));
        new Damage(guest).putU64(symbol(guest, "__cpu_possible_mask"), 0b101);
        assertEquals(102, residentPages(guest));
    }
}
