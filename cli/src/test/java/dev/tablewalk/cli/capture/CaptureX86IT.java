package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An x86-64 guest that runs, captured: what it said of itself, and registers as QEMU has them. */
@NeedsLabGuest("x86-6.12-pti")
class CaptureX86IT {
    @TempDir Path folder;

    /** Emulated processors now and then die of a timer at boot. */
    private RunningGuest boot() throws IOException {
        try {
            return boot("g");
        } catch (AssertionError e) {
            return boot("h");
        }
    }

    private RunningGuest boot(String in) throws IOException {
        return RunningGuest.boot("x86-6.12-pti", folder.resolve(in), "file").awaitReady();
    }

    @Test
    void isWhatItSaidAndWhatItsCpusHeld() throws IOException {
        String home = folder.resolve("home").toString();
        String core = folder.resolve("guest.elf").toString();
        List<String> registers;
        try (RunningGuest guest = boot()) {
            Cli.succeed("capture", core, "--qmp", guest.qmp().toString());
            assertTrue(Qemu.runs(guest.qmp()));
            Cli.succeed("ingest", core, "--as", "guest", "--home", home);
            Cli.succeed("verify", "guest", "--truth", guest.truth().toString(), "--home", home);

            Qemu.execute(guest.qmp(), "stop");
            registers = registers(guest.qmp());
            Cli.succeed("capture", core, "--qmp", guest.qmp().toString(), "--force");
        }
        Cli.succeed("remove", "guest", "--home", home);
        Cli.succeed("ingest", core, "--as", "guest", "--home", home);
        assertEquals(
                registers,
                Cli.rows(
                        home,
                        "guest",
                        "MATCH (c:Cpu) WITH c ORDER BY c.id RETURN c.register_rip,"
                                + " c.register_rsp, c.register_cr0, c.register_cr3, c.register_cr4,"
                                + " c.register_efer, c.register_gs_base"));
        assertEquals(
                List.of("0", "1"),
                Cli.rows(
                        home,
                        "guest",
                        "MATCH (c:Cpu)-[:POINTS_TO {register: 'cr3'}]->(:Root),"
                                + " (c)-[:RUNS]->(:Task) RETURN c.id ORDER BY c.id"));
        assertEquals(List.of("0"), Cli.rows(home, "guest", "MATCH (a:Anomaly) RETURN count(a)"));
    }

    /** As QEMU's monitor tells them, a line for each processor. */
    private static List<String> registers(Path qmp) throws IOException {
        String told =
                Qemu.ask(
                                qmp,
                                "{\"execute\":\"human-monitor-command\",\"arguments\":"
                                        + "{\"command-line\":\"info registers -a\"}}")
                        .path("return")
                        .asText();
        List<String> cpus = new ArrayList<>();
        for (String cpu : told.split("CPU#\\d+", -1)) {
            if (!cpu.isBlank()) {
                List<String> values = new ArrayList<>();
                for (String name : List.of("RIP=", "RSP=", "CR0=", "CR3=", "CR4=", "EFER=")) {
                    values.add(value(cpu, name + "([0-9a-f]+)"));
                }
                values.add(value(cpu, "GS =[0-9a-f]{4} ([0-9a-f]+)"));
                cpus.add(String.join(",", values));
            }
        }
        return cpus;
    }

    private static String value(String cpu, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(cpu);
        assertTrue(matcher.find(), () -> pattern + " is not in " + cpu);
        String hex = Long.toHexString(Long.parseUnsignedLong(matcher.group(1), 16));
        return "0x" + hex.toLowerCase(Locale.ROOT);
    }
}
