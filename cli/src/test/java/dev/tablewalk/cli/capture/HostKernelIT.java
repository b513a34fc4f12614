package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that runs at EL2, as one does that has guests of its own (VHE). */
@NeedsLabGuest("arm64-6.12-lpa2")
class HostKernelIT {
    private static final int SCTLR_EL1 = 0xc080;
    private static final int SCTLR_EL2 = 0xe080;

    @TempDir Path folder;

    @Test
    void itsCpusWalkTheTablesOfEl2() throws IOException {
        String home = folder.resolve("home").toString();
        String core = folder.resolve("host.elf").toString();
        try (RunningGuest guest =
                RunningGuest.boot("arm64-6.12-lpa2", folder.resolve("g"), "el2")) {
            guest.awaitReady();
            Cli.succeed("capture", core, "--qmp", guest.qmp().toString());
            Cli.succeed("ingest", core, "--as", "host", "--home", home);
            Cli.succeed("verify", "host", "--truth", guest.truth().toString(), "--home", home);
        }
        assertEquals(
                List.of("0,ttbr0", "0,ttbr1", "1,ttbr0", "1,ttbr1"),
                Cli.rows(
                        home,
                        "host",
                        "MATCH (c:Cpu)-[r:POINTS_TO]->(:Root) RETURN c.id, r.register ORDER BY"
                                + " c.id, r.register"));
        assertEquals(
                List.of("2"),
                Cli.rows(
                        home,
                        "host",
                        "MATCH (c:Cpu)-[:POINTS_TO {register: 'ttbr1'}]->(:Root)<-[:POINTS_TO"
                                + " {symbol: 'swapper_pg_dir'}]-(:Checkpoint) RETURN count(c)"));
        for (Map<Integer, Long> cpu : Core.read(Path.of(core)).systemRegisters()) {
            assertEquals(0, cpu.getOrDefault(SCTLR_EL1, 0L) & 1, "EL1 translates as well");
            assertEquals(1, cpu.getOrDefault(SCTLR_EL2, 0L) & 1);
        }
        assertEquals(List.of("0"), Cli.rows(home, "host", "MATCH (a:Anomaly) RETURN count(a)"));
    }
}
