package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which QEMU can keep a machine's RAM: machines that never ran, with known bytes. */
@NeedsLabGuest("arm64-6.1") // for its QEMU
class CaptureBackendsIT {
    private static final long GIB = 1L << 30;

    /** Where QEMU itself puts nothing into a machine virt. */
    private static final long BEHIND_DTB = GIB + (64L << 20);

    private static final int BYTES = 1_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final byte[] content = new byte[BYTES];

    /**
     * Of a machine into which the content was loaded: the core, what was said, and whether the
     * machine's stub for debuggers is there after.
     */
    private record Result(Path core, String said, boolean hasStub) {}

    private Result capture(long at, String... machine) throws IOException, InterruptedException {
        return capture(socket().toString(), at, machine);
    }

    private Path socket() {
        return folder.resolve("qmp.sock");
    }

    private Result capture(String qmp, long at, String... machine)
            throws IOException, InterruptedException {
        new Random(42).nextBytes(content);
        Path loaded = Files.write(folder.resolve("content"), content);
        Path socket = socket();
        List<String> command = new ArrayList<>(List.of("qemu-system-aarch64", "-S"));
        command.addAll(List.of("-nodefaults", "-display", "none", "-qmp"));
        command.add("unix:" + socket + ",server=on,wait=off");
        command.addAll(List.of("-device", "loader,force-raw=on,file=" + loaded + ",addr=" + at));
        command.addAll(List.of(machine));
        Process qemu =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("qemu.log").toFile())
                        .directory(folder.toFile())
                        .start();
        try {
            for (int i = 0; i < 300 && qemu.isAlive() && !Files.exists(socket); i++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Path out = folder.resolve("out.elf");
            Cli run = Cli.run("capture", out.toString(), "--qmp", qmp);
            assertEquals(
                    0,
                    run.exitCode(),
                    () -> run + "\n" + String.join("\n", lines(folder.resolve("qemu.log"))));
            return new Result(out, run.err(), Qemu.hasStub(socket));
        } finally {
            qemu.destroyForcibly();
            qemu.waitFor();
        }
    }

    /** A machine with 256 MiB of this kind. */
    private static String[] virt(String backend, String... more) {
        List<String> machine =
                new ArrayList<>(List.of("-M", "virt,memory-backend=mem", "-cpu", "cortex-a72"));
        machine.addAll(List.of("-m", "256M", "-object", backend + ",id=mem,size=256M"));
        machine.addAll(List.of(more));
        return machine.toArray(String[]::new);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(e.toString());
        }
    }

    /** Holds the core's bytes at a physical address against the content's. */
    private void holds(Core.Load load, Path core, long pa, int from, int until) throws IOException {
        byte[] bytes = new byte[until - from];
        try (RandomAccessFile file = new RandomAccessFile(core.toFile(), "r")) {
            file.seek(load.offset() + (pa - load.pa()));
            file.readFully(bytes);
        }
        assertArrayEquals(Arrays.copyOfRange(content, from, until), bytes);
    }

    /** One memfd, part of it below 2 GiB and part at 32 GiB. */
    @Test
    void aBackendInTwoPlacesWithoutAName() throws IOException, InterruptedException {
        Result split =
                capture(
                        32 * GIB,
                        "-M",
                        "xlnx-zcu102,memory-backend=mem",
                        "-audiodev",
                        "none,id=silent",
                        "-m",
                        "3G",
                        "-object",
                        "memory-backend-memfd,id=mem,size=3G,share=on");
        List<Core.Load> loads = Core.read(split.core()).loads();
        assertEquals(
                List.of(0L, 2 * GIB, 32 * GIB, GIB),
                loads.stream().flatMap(load -> List.of(load.pa(), load.size()).stream()).toList());
        holds(loads.getLast(), split.core(), 32 * GIB, 0, BYTES);
        assertFalse(split.said().contains("dump"), split.said());
    }

    /** A file that is unlinked once it is open, as in hugetlbfs. */
    @Test
    void aFileInAFolder() throws IOException, InterruptedException {
        Path place = Files.createDirectory(folder.resolve("place"));
        Result result = capture(BEHIND_DTB, virt("memory-backend-file,share=on,mem-path=" + place));
        Core.Load load = Core.read(result.core()).loads().getFirst();
        holds(load, result.core(), BEHIND_DTB, 0, BYTES);
        assertFalse(result.said().contains("dump"), result.said());
    }

    /** What is written to a private mapping is not in its file. */
    @Test
    void aFileThatIsNotShared() throws IOException, InterruptedException {
        Result result =
                capture(BEHIND_DTB, virt("memory-backend-file,share=off,mem-path=private.raw"));
        Core.Load load = Core.read(result.core()).loads().getFirst();
        holds(load, result.core(), BEHIND_DTB, 0, BYTES);
        assertTrue(result.said().contains("dump"), result.said());
    }

    /** Two nodes, one of them in no file; the content lies across the border. */
    @Test
    void nodesOfDifferentKinds() throws IOException, InterruptedException {
        long border = GIB + GIB / 8;
        int before = 12345;
        Result result =
                capture(
                        border - before,
                        "-M",
                        "virt",
                        "-cpu",
                        "cortex-a72",
                        "-smp",
                        "2",
                        "-m",
                        "256M",
                        "-object",
                        "memory-backend-memfd,id=m0,size=128M,share=on",
                        "-object",
                        "memory-backend-ram,id=m1,size=128M",
                        "-numa",
                        "node,memdev=m0",
                        "-numa",
                        "node,memdev=m1");
        List<Core.Load> loads = Core.read(result.core()).loads();
        assertEquals(2, loads.size());
        holds(loads.get(0), result.core(), border - before, 0, before);
        holds(loads.get(1), result.core(), border, before, BYTES);
        assertEquals(2, Core.read(result.core()).systemRegisters().size());
    }

    /** QMP on a port, and a stub on another that QEMU has anyway: it is used, and left. */
    @Test
    void onPorts() throws IOException, InterruptedException {
        int qmp = freePort();
        Result result =
                capture(
                        "127.0.0.1:" + qmp,
                        BEHIND_DTB,
                        virt(
                                "memory-backend-memfd,share=on",
                                "-qmp",
                                "tcp:127.0.0.1:" + qmp + ",server=on,wait=off",
                                "-gdb",
                                "tcp::" + freePort()));
        holds(Core.read(result.core()).loads().getFirst(), result.core(), BEHIND_DTB, 0, BYTES);
        assertEquals(1, Core.read(result.core()).systemRegisters().size(), result.said());
        assertTrue(result.hasStub(), "a stub that was not the capture's was taken down");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
