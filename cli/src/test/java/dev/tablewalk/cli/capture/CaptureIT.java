package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A guest that runs, captured and held against what it said of itself. It goes on after. */
@NeedsLabGuest("arm64-6.1")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CaptureIT {
    private static final int TTBR1_EL1 = 0xc101;
    private static final int REGISTERS = 5;

    /** Asked before the guest is stopped, and while it stands still. */
    private static final String STILL = "query-status";

    /** Without the ASID above and CnP below. */
    private static final long TABLE_ADDRESS = 0x0000_ffff_ffff_fffeL;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RunningGuest guest;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RunningGuest withoutFile;

    @BeforeAll
    static void boot() throws IOException {
        guest = RunningGuest.boot("arm64-6.1", folder.resolve("file"), "file");
        withoutFile = RunningGuest.boot("arm64-6.1-256m", folder.resolve("none"), "none");
        guest.awaitReady();
        withoutFile.awaitReady();
    }

    @AfterAll
    static void end() throws IOException {
        guest.close();
        withoutFile.close();
    }

    private static Path out(String name) {
        return folder.resolve(name + ".elf");
    }

    private static Cli capture(Path out, Path socket, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("capture", out.toString(), "--qmp", socket.toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** Ingests what was captured, and verifies it. */
    private static void isExactly(Path core, Path truth) throws IOException {
        Cli ingested = Cli.run("ingest", core.toString(), "--as", "guest", "--home", home());
        assertEquals(0, ingested.exitCode(), ingested::toString);
        Cli verified = Cli.run("verify", "guest", "--truth", truth.toString(), "--home", home());
        assertEquals(0, verified.exitCode(), verified::toString);
    }

    private static String home() {
        return folder.resolve("home").toString();
    }

    private static long checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sum.update(buffer, 0, n);
            }
        }
        return sum.getValue();
    }

    private static List<String> beside(Path out) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("." + out.getFileName() + "."))
                    .toList();
        }
    }

    @Test
    @Order(1)
    void aGuestThatRunsIsCapturedExactlyAndGoesOn() throws IOException, InterruptedException {
        Path out = out("exact");
        Cli run = capture(out, guest.qmp());
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertTrue(run.err().contains("the guest stood still for "), run.err());
        assertTrue(Qemu.runs(guest.qmp()));
        assertFalse(Qemu.hasStub(guest.qmp()), "its stub was left behind");
        assertEquals(List.of(), beside(out));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(out)));

        isExactly(out, guest.truth());
        Cli cpus =
                Cli.run(
                        "query",
                        "guest",
                        "MATCH (c:Cpu)-[:RUNS]->(:Task), (c)-[r:POINTS_TO]->(t:Root) RETURN c.id,"
                                + " r.register ORDER BY c.id, r.register",
                        "--format",
                        "csv",
                        "--home",
                        home());
        assertEquals(
                List.of("0,ttbr0", "0,ttbr1", "1,ttbr0", "1,ttbr1"),
                cpus.out().lines().skip(1).toList(),
                cpus::toString);
        Set<Long> roots = kernelRoots();
        Core core = Core.read(out);
        assertEquals(183, core.machine());
        assertEquals(1, core.loads().size());
        assertEquals(2, core.systemRegisters().size());
        for (Map<Integer, Long> cpu : core.systemRegisters()) {
            assertEquals(REGISTERS, cpu.size());
            long root = cpu.getOrDefault(TTBR1_EL1, 0L) & TABLE_ADDRESS;
            assertTrue(roots.contains(root), () -> Long.toHexString(root) + " not in " + roots);
        }
        assertEquals(2, core.notes("CORE").size());
        for (Core.Note status : core.notes("CORE")) {
            assertEquals(392, status.description().remaining());
            long pc = status.description().getLong(112 + 32 * 8);
            assertTrue(pc < 0, () -> "an idle CPU is in the kernel, not at " + pc);
        }
        String info =
                StandardCharsets.US_ASCII
                        .decode(core.notes("VMCOREINFO").getFirst().description())
                        .toString();
        assertTrue(info.startsWith("OSRELEASE=6.1."), info);
        assertTrue(info.contains("SYMBOL(swapper_pg_dir)="), info);

        long before = checksum(guest.ram());
        TimeUnit.SECONDS.sleep(3);
        assertNotEquals(before, checksum(guest.ram()), "the guest does not tick");
    }

    private static Set<Long> kernelRoots() throws IOException {
        Cli asked =
                Cli.run(
                        "query",
                        "guest",
                        "MATCH (:Checkpoint)-[:POINTS_TO]->(t:PageTable) RETURN t.pa AS pa",
                        "--format",
                        "ndjson",
                        "--home",
                        home());
        Set<Long> roots = new HashSet<>();
        for (String row : asked.out().lines().toList()) {
            roots.add(new ObjectMapper().readTree(row).path("pa").asLong());
        }
        assertTrue(roots.size() > 1, asked::toString);
        return roots;
    }

    @Test
    @Order(2)
    void aGuestThatDoesNotRunStaysStopped() throws IOException {
        Qemu.execute(guest.qmp(), "stop");
        try {
            Path out = out("paused");
            Cli run = capture(out, guest.qmp());
            assertEquals(0, run.exitCode(), run::toString);
            assertFalse(Qemu.runs(guest.qmp()));
            assertTrue(sameRam(out, guest.ram()), "the file is not the guest's RAM");
        } finally {
            Qemu.execute(guest.qmp(), "cont");
        }
    }

    private static boolean sameRam(Path core, Path ram) throws IOException {
        Core.Load load = Core.read(core).loads().getFirst();
        try (var copied = Files.newInputStream(core);
                var real = Files.newInputStream(ram)) {
            copied.skipNBytes(load.offset());
            byte[] one = new byte[1 << 20];
            byte[] other = new byte[1 << 20];
            while (real.readNBytes(one, 0, one.length) == one.length) {
                copied.readNBytes(other, 0, other.length);
                if (!Arrays.equals(one, other)) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    @Order(3)
    void itStandsStillForNoLongerThanCpTakes() throws IOException, InterruptedException {
        Path out = out("still");
        Path copy = folder.resolve("copy.raw");
        double[] copied = new double[5];
        double[] stood = new double[5];
        for (int i = 0; i < stood.length; i++) {
            Files.deleteIfExists(copy);
            long began = System.nanoTime();
            Process cp =
                    new ProcessBuilder(
                                    "cp",
                                    "--sparse=always",
                                    guest.ram().toString(),
                                    copy.toString())
                            .start();
            assertEquals(0, cp.waitFor());
            copied[i] = (System.nanoTime() - began) / 1e9;
            Cli run = capture(out, guest.qmp(), "--force");
            Matcher told = Pattern.compile("stood still for ([0-9.]+) s").matcher(run.err());
            assertTrue(told.find(), run::toString);
            stood[i] = Double.parseDouble(told.group(1));
        }
        Files.delete(copy);
        Arrays.sort(copied);
        Arrays.sort(stood);
        assertTrue(
                stood[2] <= 1.5 * copied[2],
                () -> Arrays.toString(stood) + " s; cp " + Arrays.toString(copied) + " s");
    }

    @Test
    @Order(4)
    void ramThatIsInNoFileIsDumped() throws IOException {
        Path out = out("dumped");
        Cli run = capture(out, withoutFile.qmp());
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(Qemu.runs(withoutFile.qmp()));
        assertEquals(List.of(), beside(out));
        isExactlyOf256MiB(out);
    }

    private static void isExactlyOf256MiB(Path out) throws IOException {
        Cli.run("remove", "guest", "--home", home());
        isExactly(out, withoutFile.truth());
        assertEquals(256L << 20, Core.read(out).loads().getFirst().size());
        assertEquals(2, Core.read(out).systemRegisters().size());
    }

    @Test
    @Order(5)
    void throughLibvirtAsWell() throws IOException, InterruptedException {
        Path virsh = Files.createDirectory(folder.resolve("bin")).resolve("virsh");
        Files.writeString(
                virsh,
                """
                #!/bin/bash
                [ "$1" = qemu-monitor-command ] && [ "$2" = lab ] || { echo "error: no domain $2" >&2; exit 1; }
                coproc QMP { exec socat - "UNIX-CONNECT:$QMP_SOCKET"; }
                pid=$QMP_PID
                printf '{"execute":"qmp_capabilities"}\\n{"id":"virsh",%s\\n' "${3#\\{}" >&"${QMP[1]}"
                while read -r -t 20 line <&"${QMP[0]}"; do
                  case $line in *'"id": "virsh"'*) echo "$line"; kill "$pid"; exit 0 ;; esac
                done
                exit 1
                """);
        virsh.toFile().setExecutable(true);
        Path out = out("libvirt");
        Process process = start(out, "--libvirt", "lab");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> said(out));
        assertTrue(Qemu.runs(guest.qmp()));
        assertEquals(2, Core.read(out).systemRegisters().size());

        Process wrong = start(out("other"), "--libvirt", "other");
        assertTrue(wrong.waitFor(60, TimeUnit.SECONDS));
        assertEquals(2, wrong.exitValue());
        assertTrue(said(out("other")).contains("error: no domain other"), said(out("other")));
    }

    /** In a process of its own, that can be killed. */
    private static Process start(Path out, String... how) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.tablewalk.cli.Main",
                                "capture",
                                out.toString()));
        command.addAll(List.of(how));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log(out).toFile());
        builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        builder.environment().put("QMP_SOCKET", guest.qmp().toString());
        return builder.start();
    }

    private static Path log(Path out) {
        return out.resolveSibling(out.getFileName() + ".log");
    }

    private static String said(Path out) {
        try {
            return Files.readString(log(out));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @Order(6)
    void toldToEndItLeavesNothingAndTheGuestRuns() throws IOException, InterruptedException {
        Path out = out("ended");
        Path socket = folder.resolve("relay-t.sock");
        try (StallingRelay relay = new StallingRelay(socket, guest.qmp(), STILL, 1)) {
            Process process = start(out, "--qmp", socket.toString());
            assertTrue(relay.awaitReached(), () -> said(out));
            process.destroy(); // SIGTERM
            TimeUnit.MILLISECONDS.sleep(300);
            relay.release();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> said(out));
            assertEquals(128 + 15, process.exitValue(), () -> said(out));
        }
        assertFalse(Files.exists(out));
        assertEquals(List.of(), beside(out));
        assertTrue(Qemu.runs(guest.qmp()), () -> said(out));
        assertFalse(Qemu.hasStub(guest.qmp()), "its stub was left behind");
    }

    @Test
    @Order(7)
    void killedItLeavesNoFileAndTheNextCleansUp() throws IOException, InterruptedException {
        Path out = out("killed");
        Path socket = folder.resolve("relay-k.sock");
        try (StallingRelay relay = new StallingRelay(socket, guest.qmp(), STILL, 1)) {
            Process process = start(out, "--qmp", socket.toString());
            assertTrue(relay.awaitReached(), () -> said(out));
            process.destroyForcibly(); // SIGKILL
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
        assertFalse(Files.exists(out));
        assertFalse(beside(out).isEmpty());
        assertFalse(Qemu.runs(guest.qmp()));
        Qemu.execute(guest.qmp(), "cont");
        assertTrue(Qemu.runs(guest.qmp()));

        Cli again = capture(out, guest.qmp());
        assertEquals(0, again.exitCode(), again::toString);
        assertEquals(List.of(), beside(out));
        assertTrue(Qemu.runs(guest.qmp()));
        assertFalse(Qemu.hasStub(guest.qmp()), "the killed one's stub is still there");
        assertEquals(2, Core.read(out).systemRegisters().size());
    }

    @Test
    @Order(8)
    void killedAtAnyMomentTheFileIsWholeOrAbsent() throws IOException, InterruptedException {
        Path out = out("any");
        for (int i = 0; i < 6; i++) {
            Process process = start(out, "--qmp", guest.qmp().toString());
            // From when it has begun its file, over all that it does.
            while (process.isAlive() && beside(out).isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1500));
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            Qemu.execute(guest.qmp(), "cont");
            assertTrue(Qemu.runs(guest.qmp()));
            if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
                Core core = Core.read(out);
                assertEquals(512L << 20, core.loads().getFirst().size());
                assertEquals(1, core.notes("VMCOREINFO").size());
                Files.delete(out);
            }
        }
        assertEquals(0, capture(out, guest.qmp()).exitCode());
        assertEquals(List.of(), beside(out));
    }

    @Test
    @Order(9)
    void whatIsWrongIsSaidInALine() throws IOException {
        Path out = out("wrong");
        Files.writeString(out, "mine");
        Path nobody = folder.resolve("nobody.sock");
        for (Cli run :
                List.of(
                        capture(out, guest.qmp()),
                        capture(out("new"), nobody),
                        capture(folder, guest.qmp()),
                        capture(folder.resolve("no/folder"), guest.qmp()),
                        capture(out("new"), guest.qmp(), "--gdb", "x", "--no-registers"),
                        Cli.run("capture", out("new").toString()))) {
            assertEquals(2, run.exitCode(), run::toString);
            assertEquals(1, run.err().lines().count(), run::toString);
        }
        assertEquals("mine", Files.readString(out));
        assertFalse(Files.exists(out("new")));

        // A stub that does not answer costs the registers, not the capture.
        Cli forced = capture(out, guest.qmp(), "--force", "--gdb", nobody.toString());
        assertEquals(0, forced.exitCode(), forced::toString);
        assertTrue(forced.err().contains("registers    none"), forced.err());
        assertEquals(0, Core.read(out).notes("tablewalk").size());
        assertTrue(Qemu.runs(guest.qmp()));
    }

    /** Copied while it ran, and again what had changed: held against a copy from when it stood. */
    @Test
    @Order(10)
    void aGuestThatIsBusyIsOfOneMoment() throws IOException, InterruptedException {
        Path out = out("busy");
        Path stood = folder.resolve("stood.raw");
        Path socket = folder.resolve("relay-b.sock");
        long before = checksum(guest.ram());
        guest.proceed();
        try (StallingRelay relay = new StallingRelay(socket, guest.qmp(), "\"cont\"", 0)) {
            // A debugger that leaves would let it run before.
            Process process = start(out, "--qmp", socket.toString(), "--no-registers");
            assertTrue(relay.awaitReached(), () -> said(out));
            Files.copy(guest.ram(), stood);
            relay.release();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> said(out));
            assertEquals(0, process.exitValue(), () -> said(out));
        }
        assertNotEquals(before, checksum(stood), "the guest did nothing");
        assertTrue(sameRam(out, stood), "the file is not what RAM was when the guest stood still");
    }

    /** After all that, the guest does what it is told to next. */
    @Test
    @Order(11)
    void theGuestIsAsWellAsBefore() throws IOException, InterruptedException {
        assertTrue(guest.says("GUEST-READY-2", 120), "the guest does not come on");
    }
}
