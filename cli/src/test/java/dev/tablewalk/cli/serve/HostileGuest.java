package dev.tablewalk.cli.serve;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import java.io.IOException;
import java.nio.file.Path;

/** A guest that chose its names to run as script in whatever shows them. */
final class HostileGuest {
    static final String MARKUP = "<img src=x onerror=\"document.title='hit'\">";
    static final String SHORT = "<img src=x>\"'&";

    private HostileGuest() {}

    static GuestGraph graph(Path folder, String name) throws IOException {
        Path image = folder.resolve(name + ".raw");
        long start = 0xaaaa_aaaa_0000L;
        GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                .mount("/proc", "proc", 0, 20)
                .task(
                        1,
                        SHORT,
                        init ->
                                init.mm(
                                                mm ->
                                                        mm.vma(
                                                                        start,
                                                                        start + 0x4000,
                                                                        "rwxp",
                                                                        "/" + MARKUP)
                                                                .page(start)
                                                                .page(start + 0x1000))
                                        .child(7, "<b>x</b>", child -> {}))
                .kernelThread(2, "kworker/" + MARKUP)
                .write(image);
        return Serving.graph(name, image);
    }
}
