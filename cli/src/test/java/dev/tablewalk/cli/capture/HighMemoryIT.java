package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest with 64 KiB pages that has half of its memory at PA 2^48, where a descriptor holds PA
 * bits 51:48 in its bits 15:12, and TTBR0_EL1 in its bits 5:2.
 */
@EnabledIfSystemProperty(
        named = "tablewalk.lab.guests",
        matches = "(.*,)?arm64-64k(,.*)?",
        disabledReason = "its kernel takes minutes to build: asked for by name only")
class HighMemoryIT {
    private static final long HIGH = 1L << 48;

    @TempDir Path folder;

    private List<Long> numbers(String home, String cypher) {
        return Cli.rows(home, "high", cypher).stream().map(Long::parseLong).toList();
    }

    @Test
    void isExactlyWhatTheGuestSaid() throws IOException {
        String home = folder.resolve("home").toString();
        String core = folder.resolve("high.elf").toString();
        try (RunningGuest guest = RunningGuest.boot("arm64-64k", folder.resolve("g"), "high")) {
            guest.awaitReady();
            Cli.succeed("capture", core, "--qmp", guest.qmp().toString());
            Cli.succeed("ingest", core, "--as", "high", "--home", home);
            Cli.succeed("verify", "high", "--truth", guest.truth().toString(), "--home", home);
        }
        List<Long> tables = numbers(home, "MATCH (t:PageTable) RETURN t.pa");
        assertTrue(tables.stream().filter(pa -> pa >= HIGH).count() > 100, tables::toString);
        List<Long> roots =
                numbers(
                        home,
                        "MATCH (:Cpu)-[:POINTS_TO {register: 'ttbr0'}]->(t:Root) RETURN t.pa");
        assertEquals(2, roots.size());
        assertTrue(roots.stream().allMatch(pa -> pa >= HIGH), roots::toString);
        assertEquals(List.of(0L), numbers(home, "MATCH (a:Anomaly) RETURN count(a)"));
    }
}
