package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.util.List;

/** The ways of finding tables, on real guests. */
class TableSourcesIT {
    @LabGuestTest({"lab", "x86"})
    void agree(LabGuest guest, int moment) {
        TableStudy study = new TableStudy(guest.image(moment));
        assertEquals(List.of(), study.orphans(), "a sound guest has no orphans");

        TableStudy.Score all = study.score(1);
        assertTrue(all.all() > 1000, () -> "hardly any tables: " + all);
        assertEquals(0, all.missed(), () -> "tables that the scan does not find: " + all);
        assertTrue(all.precision() >= 0.90, () -> study.candidates().toString());
        TableStudy.Score two = study.score(2);
        assertTrue(two.precision() >= 0.99, () -> study.candidates().toString());

        TableStudy.Score naive = study.naive();
        assertTrue(naive.precision() < two.precision(), () -> "the usual rule: " + naive);
    }
}
