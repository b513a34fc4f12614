package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.arch.RegisterFormats;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.memory.DataExtents;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the RAM of a guest that runs in QEMU on this machine, with its vCPUs' registers, into a
 * {@link CoreFile}. Whatever can be done while the guest runs is: also the copying itself, so that
 * once it is stopped only what has changed meanwhile is left to be written.
 */
public final class Capture {
    private final CaptureRequest request;
    private final Progress progress;
    private final Cleanup cleanup;
    private final QemuMonitor monitor;
    private final WorkFile work;
    private final SparseCopy copy;
    private final GuestRam ram;
    private final List<RamBlock> blocks;
    private final CoreFile core;
    private final Optional<Architecture> architecture;
    private @Nullable GdbServer gdb;

    private Capture(CaptureRequest request, Progress progress, Cleanup cleanup) {
        this.request = request;
        this.progress = progress;
        this.cleanup = cleanup;
        work = cleanup.add(WorkFile.begin(request.out(), request.replace()));
        monitor = cleanup.add(connect(request.guest()));
        copy = cleanup.add(new SparseCopy(work));
        String target = monitor.execute("query-target").path("arch").asText();
        architecture = Architectures.named(target);
        ram = new GuestRam(monitor);
        blocks = ram.blocks();
        core =
                new CoreFile(
                        ElfMachine.of(target), monitor.execute("query-cpus-fast").size(), blocks);
    }

    /**
     * Captures. The guest runs again after, whatever happens, if it ran before; the file is there
     * whole or not at all. Also when the process is told to end (SIGINT, SIGTERM, SIGHUP); when it
     * is killed, the guest stays stopped.
     *
     * @throws UserError if QEMU cannot be reached or does not do what is asked, or the file cannot
     *     be written
     */
    public static Captured take(CaptureRequest request, Progress progress) {
        Cleanup cleanup = new Cleanup();
        RuntimeException failed;
        try {
            Captured captured = new Capture(request, progress, cleanup).run();
            cleanup.close();
            return captured;
        } catch (IOException e) {
            failed = UserError.input("cannot capture to " + request.out() + ": " + reason(e), e);
        } catch (RuntimeException e) {
            failed = e;
        }
        if (cleanup.isEnded()) { // and the failure is what came of it
            throw Cleanup.interrupted();
        }
        try {
            cleanup.close();
        } catch (RuntimeException guestIsStopped) {
            guestIsStopped.addSuppressed(failed);
            throw guestIsStopped;
        }
        throw failed;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    static QemuMonitor connect(CaptureRequest.Guest guest) {
        return switch (guest) {
            case CaptureRequest.Guest.Qmp(String address) ->
                    QmpSocket.connect(QemuAddress.parse(address));
            case CaptureRequest.Guest.Libvirt(String domain, Optional<String> uri) ->
                    new LibvirtMonitor(domain, uri);
        };
    }

    private Captured run() throws IOException {
        progress.stage("prepare", 0);
        progress.found("ram", ranges(), "as QEMU's memory tree has it");
        Optional<List<RamSource>> files = new BackendFiles(monitor).find(blocks);
        resize();
        Standstill standstill = new Standstill(monitor, () -> connect(request.guest()));
        boolean share = files.isPresent() && prepare(files.get(), standstill.wasRunning());
        boolean proved = files.isPresent() && RamProof.holds(monitor, files.get());
        openGdb();
        requireSameRam();
        requireHere(standstill);
        cleanup.add(standstill).begin();
        CompletableFuture<List<CpuRegisters>> registers = readRegisters(); // beside the copy
        boolean shared = files.isPresent() && copyFrom(files.get(), share);
        // What a guest that runs has just written looks like another's.
        proved = proved || (files.isPresent() && RamProof.holds(monitor, files.get()));
        List<RamSource> dumped = proved ? List.of() : dump();
        List<CpuRegisters> cpus = known(registers);
        standstill.requireStill();
        detach(standstill);
        standstill.close();
        closeGdb();
        requireSameRam();
        if (!dumped.isEmpty()) {
            resize(); // of what files held that were not the guest's RAM
            List<SparseCopy.Part> parts = parts(dumped);
            copy.open(parts);
            copy.update(parts, "copy", progress);
        }
        return finish(cpus, shared && proved, standstill);
    }

    /**
     * Does all that can be done with files before the guest is stopped.
     *
     * @return whether their blocks can be shared; if not, those of a guest that runs are copied as
     *     they are now
     */
    private boolean prepare(List<RamSource> files, boolean runs) throws IOException {
        List<SparseCopy.Part> parts = parts(files);
        copy.open(parts);
        boolean share = copy.canShare(parts);
        if (!share) {
            resize();
        }
        if (runs && !share) {
            copy.update(parts, "copy", progress);
            copy.update(parts, "copy what changed", progress);
        }
        return share;
    }

    private String ranges() {
        return blocks.stream().map(RamBlock::toString).collect(Collectors.joining(", "));
    }

    private List<SparseCopy.Part> parts(List<RamSource> sources) {
        return sources.stream()
                .map(source -> new SparseCopy.Part(source, core.offset(source.pa())))
                .toList();
    }

    /** Makes the file one hole. */
    private void resize() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(work.path().toFile(), "rw")) {
            file.setLength(0);
            file.setLength(core.size());
        }
    }

    /** Returns whether blocks were shared. */
    private boolean copyFrom(List<RamSource> files, boolean share) throws IOException {
        List<SparseCopy.Part> parts = parts(files);
        if (share && copy.share(parts)) {
            return true;
        }
        if (share) {
            resize();
        }
        copy.update(parts, "copy while it stands still", progress);
        return false;
    }

    private List<RamSource> dump() {
        progress.found("ram", "in no file that can be read here", "QEMU writes a dump of it");
        progress.stage("dump", blocks.stream().mapToLong(RamBlock::size).sum());
        GuestDump dump = new GuestDump(monitor, work.beside(GuestDump.SUFFIX));
        dump.write(progress);
        return dump.sources(blocks);
    }

    private void requireSameRam() {
        if (!ram.blocks().equals(blocks)) {
            throw UserError.input("the guest's memory was rearranged meanwhile; capture again");
        }
    }

    /**
     * A guest that is on its way to another host, or from one, is left alone: were it stopped here
     * while it gets there, it would be let run at both.
     */
    private void requireHere(Standstill standstill) {
        String migration = monitor.execute("query-migrate").path("status").asText();
        if (standstill.state().equals("inmigrate")
                || !Set.of("", "none", "completed", "failed", "cancelled").contains(migration)) {
            throw UserError.input("the guest is being migrated; capture when that is over");
        }
    }

    private void openGdb() {
        if (!request.registers()) {
            return;
        }
        if (architecture.isEmpty()) {
            noRegisters("they are not read of guests of this architecture");
            return;
        }
        try {
            gdb =
                    cleanup.add(
                            GdbServer.open(
                                    monitor,
                                    request.gdb().map(QemuAddress::parse),
                                    work.beside(GdbServer.SUFFIX)));
        } catch (IOException e) {
            noRegisters(reason(e));
        }
    }

    private void noRegisters(String why) {
        progress.found("registers", "none", why);
    }

    private CompletableFuture<List<CpuRegisters>> readRegisters() {
        GdbServer server = gdb;
        if (server == null || architecture.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        RegisterFormats formats = architecture.get().registerFormats();
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return server.read(formats);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    /** The guest goes on without them. */
    private List<CpuRegisters> known(CompletableFuture<List<CpuRegisters>> registers) {
        try {
            return registers.join();
        } catch (CompletionException e) {
            noRegisters(
                    e.getCause() instanceof IOException cause ? reason(cause) : String.valueOf(e));
            return List.of();
        }
    }

    /** A debugger that leaves lets the guest run. */
    private void detach(Standstill standstill) {
        if (gdb != null && standstill.wasRunning()) {
            try {
                gdb.detach();
            } catch (IOException e) {
                // It is told to run next.
            }
        }
    }

    private void closeGdb() {
        if (gdb != null) {
            gdb.close();
        }
    }

    private Captured finish(List<CpuRegisters> cpus, boolean shared, Standstill standstill)
            throws IOException {
        long start = core.ranges().getFirst().fileOffset();
        if (shared) {
            progress.stage("leave out zeros", core.size() - start);
            copy.punchZeros(start, core.size(), progress);
        }
        progress.stage("find vmcoreinfo", 0);
        List<ElfNote> notes = new ArrayList<>();
        if (architecture.isPresent()) {
            Architecture known = architecture.get();
            byte[] text = VmcoreinfoText.find(work.path(), core.ranges(), cpus, progress);
            notes.addAll(ElfNote.of(known.registerFormats(), cpus));
            if (text.length > 0) {
                notes.add(ElfNote.vmcoreinfo(text));
            }
            if (!cpus.isEmpty()) {
                Set<String> names = known.kernelRegisters(cpus.getFirst().registers()).keySet();
                progress.found("registers", cpus.size() + " CPUs", String.join(" ", names));
            }
        }
        core.writeHeaders(work.channel(), notes);
        long data = DataExtents.of(work.path(), core.size()).bytes();
        progress.stage("write to disk", 0);
        work.publish();
        return new Captured(
                core.ranges().stream().mapToLong(RamRange::size).sum(),
                data,
                cpus.size(),
                standstill.at(),
                standstill.lasted());
    }
}
