package dev.tablewalk.ingest.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Gives a written guest the shadow that KASAN maps before anything is allocated: one page of zeroes
 * below one table of each level, and each of these under all entries of the one above ({@code
 * kasan_early_shadow_pte} and its like, {@code mm/kasan/init.c kasan_populate_early_shadow()}). A
 * handful of tables, and as many ways to the last as there are pages in the shadow.
 */
public final class KasanShadow {
    private static final Set<LeafFlag> ZERO = Set.of(LeafFlag.KERNEL, LeafFlag.GLOBAL);

    private KasanShadow() {}

    /**
     * Plants one below the kernel's root: an eighth of its addresses, up to the middle of them.
     *
     * @return ways from the root to the last table
     */
    public static long plant(WrittenGuest guest) throws IOException {
        Geometry geometry = guest.geometry();
        Damage image = new Damage(guest);
        TableViolations frames = new TableViolations(guest);
        int spare = 0;
        long below = guest.spares().get(spare++);
        long ways = 1;
        image.put(below, ByteBuffer.allocate((int) geometry.pageSize()));
        frames.say(below, FrameUse.RESERVED);
        for (int level = 3; level > geometry.rootLevel(); level--) {
            long table = guest.spares().get(spare++);
            long entry =
                    level == 3
                            ? geometry.descriptors().leaf(3, below, ZERO, guest.era())
                            : geometry.descriptors().table(below, true);
            image.put(table, filled((int) geometry.pageSize(), entry));
            frames.say(table, FrameUse.RESERVED);
            ways *= level == 3 ? 1 : geometry.entries(level);
            below = table;
        }
        int half = geometry.entries(geometry.rootLevel()) / 2;
        for (int index = half - half / 4; index < half; index++) {
            image.putU64(
                    guest.swapperPgDir() + 8L * index, geometry.descriptors().table(below, true));
        }
        return ways * (half / 4);
    }

    private static ByteBuffer filled(int bytes, long entry) {
        ByteBuffer table = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (table.hasRemaining()) {
            table.putLong(entry);
        }
        return table.flip();
    }
}
