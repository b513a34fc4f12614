package dev.tablewalk.cli.diff;

import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.lab.LabGuest;
import java.nio.file.Path;

/** The graphs of real guests, with hashes of their frames. */
public final class LabGraphs {
    private LabGraphs() {}

    static GuestGraph read(LabGuest guest, int moment) {
        return read(guest.name() + moment, guest.image(moment));
    }

    /** Of any image. */
    public static GuestGraph read(String name, Path image) {
        return Ingest.read(request(name, image), Progress.NONE);
    }

    /** The same, of a guest that is called otherwise than it says. */
    public static GuestGraph read(LabGuest guest, int moment, String called) {
        return Ingest.read(
                request(guest.name() + moment, guest.image(moment)).of(called), Progress.NONE);
    }

    private static IngestRequest request(String name, Path image) {
        return CheckedGuest.request(name, image, false, true);
    }
}
