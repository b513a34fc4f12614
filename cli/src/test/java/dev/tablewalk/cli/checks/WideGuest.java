package dev.tablewalk.cli.checks;

import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KasanShadow;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import java.io.IOException;
import java.nio.file.Path;

/** Written guests that have very much of one thing, for bench/checks. */
final class WideGuest {
    private static final long PAGE = 4096;
    private static final long AT = 1L << 30;

    private WideGuest() {}

    /** {@code vmas N FILE}, {@code rows N FILE} or {@code shadow 0 FILE}. */
    public static void main(String[] args) throws IOException {
        write(args[0], Integer.parseInt(args[1]), Path.of(args[2]));
    }

    /**
     * Writes one.
     *
     * @param kind {@code vmas}: so many in one process, each of another mode than its neighbours,
     *     with a page in it; {@code rows}: so many pages that can be written and executed, none
     *     next to another; {@code shadow}: what KASAN maps below the kernel's root
     */
    static void write(String kind, int n, Path image) throws IOException {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .cpus(2)
                        .linearMapInBlocks()
                        .ramSize((64L << 20) + 3L * n * PAGE)
                        .kernelThread(2, "kthreadd");
        guest.task(1, "init", task -> task.mm(mm -> fill(mm, kind, n)));
        var written = guest.write(image);
        if (kind.equals("shadow")) {
            KasanShadow.plant(written);
        }
    }

    private static void fill(MmBuilder mm, String kind, int n) {
        mm.vma(0x40_0000L, 0x40_4000L, "r-xp", "/sbin/init").page(0x40_0000L);
        if (kind.equals("rows")) {
            mm.vma(AT, AT + 2L * n * PAGE, "rwxp");
        }
        for (int i = 0; i < n; i++) {
            if (kind.equals("vmas")) {
                long va = AT + i * PAGE;
                mm.vma(va, va + PAGE, i % 2 == 0 ? "rw-p" : "r--p").page(va);
            } else if (kind.equals("rows")) {
                mm.page(AT + 2L * i * PAGE);
            }
        }
    }
}
