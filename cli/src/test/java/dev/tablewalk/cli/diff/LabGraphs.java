package dev.tablewalk.cli.diff;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.lab.LabGuest;
import java.nio.file.Path;
import java.util.List;

/** The graphs of real guests, with hashes of their frames. */
public final class LabGraphs {
    private LabGraphs() {}

    static GuestGraph read(LabGuest guest, int moment) {
        return Ingest.read(request(guest, moment), Progress.NONE);
    }

    /** The same, of a guest that is called otherwise than it says. */
    public static GuestGraph read(LabGuest guest, int moment, String called) {
        return Ingest.read(request(guest, moment).of(called), Progress.NONE);
    }

    private static IngestRequest request(LabGuest guest, int moment) {
        return new IngestRequest(
                guest.name() + moment,
                List.of(guest.image(moment)),
                Path.of("target"),
                List.of(),
                false,
                false,
                true,
                true,
                "test");
    }
}
