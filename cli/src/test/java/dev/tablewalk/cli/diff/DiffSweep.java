package dev.tablewalk.cli.diff;

import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a comparison costs, as a guest grows in one way at a time. Run as a program it prints a
 * table: it compares two graphs in memory and merges them, without the stores that they come from.
 */
final class DiffSweep {
    private static final int RUNS = 7;
    private static final long VA = 0x4000_0000L;
    private static final double NANOS_A_MILLI = 1e6;

    private DiffSweep() {}

    /**
     * A guest.
     *
     * @param gib of RAM
     * @param pages that each process maps
     * @param scattered whether no two of them lie in frames that follow one another
     */
    private record Shape(String varied, int gib, int processes, int pages, boolean scattered) {}

    private static final List<Shape> SHAPES =
            List.of(
                    new Shape("base", 1, 20, 512, false),
                    new Shape("RAM", 4, 20, 512, false),
                    new Shape("RAM", 16, 20, 512, false),
                    new Shape("RAM", 64, 20, 512, false),
                    new Shape("processes", 1, 40, 512, false),
                    new Shape("processes", 1, 80, 512, false),
                    new Shape("processes", 1, 160, 512, false),
                    new Shape("pages", 1, 20, 1024, false),
                    new Shape("pages", 1, 20, 2048, false),
                    new Shape("pages", 1, 20, 4096, false),
                    new Shape("fragments", 1, 20, 512, true),
                    new Shape("fragments", 1, 20, 2048, true),
                    new Shape("fragments", 1, 20, 4096, true));

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(
                "| varied | RAM, GiB | processes | pages of each | nodes | relationships | compare,"
                        + " ms | merge, ms |");
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Shape shape : SHAPES) {
            GuestGraph before = read(shape, false);
            GuestGraph after = read(shape, true);
            long[] compare = new long[RUNS];
            long[] merge = new long[RUNS];
            for (int i = 0; i < RUNS; i++) {
                long begin = System.nanoTime();
                Diff diff = Diff.of(before, after, Progress.NONE);
                Difference difference = diff.difference();
                long compared = System.nanoTime();
                GuestGraph merged = diff.graph("merged", List.of());
                long end = System.nanoTime();
                if (difference.isNone() || merged.nodeCount() < before.nodeCount()) {
                    throw new AssertionError("nothing was compared");
                }
                compare[i] = compared - begin;
                merge[i] = end - compared;
            }
            out.printf(
                    "| %s | %d | %d | %,d | %,d | %,d | %.1f | %.1f |%n",
                    shape.varied + (shape.scattered ? ", scattered" : ""),
                    shape.gib,
                    shape.processes,
                    shape.pages,
                    before.nodeCount(),
                    before.relationshipCount(),
                    median(compare),
                    median(merge));
        }
    }

    private static double median(long[] nanos) {
        return LongStream.of(nanos).sorted().skip(nanos.length / 2).findFirst().orElseThrow()
                / NANOS_A_MILLI;
    }

    private static GuestGraph read(Shape shape, boolean later) throws IOException {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .ramSize((long) shape.gib << 30)
                        .linearMapInBlocks()
                        .vmemmapOfUsedFrames();
        int frames = shape.processes * shape.pages * (shape.scattered ? 2 : 1);
        long pool = guest.allocate(frames + shape.pages, 1);
        guest.kernelThread(2, "kthreadd");
        guest.task(1, "init", t -> t.mm(mm -> mm.vma(VA, VA + 0x1000, "rw-p").page(VA)));
        for (int i = 0; i < shape.processes; i++) {
            long first = pool + (long) i * (frames / shape.processes);
            guest.task(10 + i, "p-" + i, t -> t.mm(mm -> map(mm, first, shape, later)));
        }
        Path image = Files.createTempFile("sweep", ".raw");
        try {
            guest.write(image);
            return Ingest.read(
                    new IngestRequest(
                            "sweep",
                            List.of(image),
                            Path.of("target"),
                            List.of(),
                            false,
                            false,
                            false,
                            false,
                            "-"),
                    Progress.NONE);
        } finally {
            Files.delete(image);
        }
    }

    /** Later every eighth page of a process is gone. */
    private static void map(MmBuilder mm, long first, Shape shape, boolean later) {
        mm.vma(VA, VA + shape.pages * 0x1000L, "rw-p");
        int step = shape.scattered ? 2 : 1;
        for (int k = 0; k < shape.pages; k++) {
            boolean gone = later && k < shape.pages / 8;
            if (!gone) {
                mm.page(VA + k * 0x1000L, first + (long) k * step);
            }
        }
    }
}
