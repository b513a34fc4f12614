package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.AnomalyCounts;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Load;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads an image and keeps its graph as a checkpoint. */
@Command(
        name = "ingest",
        description = "Read a guest's RAM and keep what it holds as a checkpoint.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk ingest guest.raw --as before",
            "  tablewalk ingest guest.raw --as before --ram 0x40000000:512M --timings",
            "  tablewalk ingest guest.raw --as before --hash",
            "  tablewalk ingest vmcore --as crash --guest web-3",
            "  tablewalk ingest node0.raw node1.raw --as numa",
            "  tablewalk ingest wiped.raw --as wiped --isf kernel.json.xz",
            "  tablewalk ingest rebooted.raw --as earlier --kernel 2",
            "  tablewalk ingest q35.raw --as pc --ram 0:2G --ram 4G:2G@2G"
        })
final class IngestCommand extends Verb {
    @Parameters(
            paramLabel = "IMAGE",
            arity = "1..*",
            description =
                    "A file of the guest's RAM: raw, an ELF core, kdump-compressed (flattened or"
                            + " not), LiME, AVML, QEMU's migration stream or libvirt's save image;"
                            + " or one of these compressed by zstd, xz or gzip. Several raw ones"
                            + " follow each other, as the NUMA nodes of a guest do; the parts of a"
                            + " dump that was split are given together, in any order.")
    private List<Path> images = List.of();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            required = true,
            description = "The checkpoint's name.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Option(
            names = "--guest",
            paramLabel = "GUEST",
            description =
                    "A name of the guest, the same for all its moments. If not given, what the"
                            + " guest says: its product UUID, else its host name.")
    private @Nullable String guest;

    @Option(
            names = "--ram",
            paramLabel = "PA:SIZE[@FILE_OFFSET]",
            description =
                    "Where a part of the image lies in the guest's physical memory; repeat for each"
                            + " part. The file is then taken for raw. If not given, the layout is"
                            + " what the format says, or is found and proved.")
    private List<String> ram = List.of();

    @Option(
            names = "--isf",
            paramLabel = "FILE",
            description =
                    "Take the kernel's types, and symbols that it does not name itself, from a"
                        + " symbol file of Volatility 3's (.json, also packed by xz, gzip or zstd),"
                        + " and not from its BTF. It must be of the kernel in the image.")
    private @Nullable Path isf;

    @Option(
            names = "--kernel",
            paramLabel = "N",
            description =
                    "Take the Nth of several kernels that RAM holds, as ingest and info number"
                            + " them, be it whole or not. If not given, the one that runs is taken;"
                            + " where none is whole, or nothing tells which, none is.")
    private @Nullable Integer kernel;

    @Option(
            names = "--sha256",
            description = "Also keep the image's SHA-256; costs a read of the whole image.")
    private boolean sha256;

    @Option(
            names = "--incomplete",
            description = "Go on although the kernel has RAM that the image does not hold.")
    private boolean incomplete;

    @Option(
            names = "--no-scan",
            description =
                    "Do not look through all of RAM for tables and tasks that nothing leads to.")
    private boolean noScan;

    @Option(
            names = "--hash",
            description =
                    "Also keep a hash of each page of RAM, 8 bytes each, so that a comparison with"
                            + " another checkpoint can tell which pages changed their content.")
    private boolean hash;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        if (kernel != null && kernel < 1) {
            throw UserError.input("--kernel takes a number from 1, not " + kernel);
        }
        if (guest != null && guest.isBlank()) {
            throw UserError.input("--guest takes a name");
        }
        StoreHome home = home();
        home.requireFree(name);
        try (ConsoleProgress progress = reporting.begin(this)) {
            IngestRequest request =
                    new IngestRequest(
                            name,
                            images,
                            home.folder(),
                            ram,
                            sha256,
                            incomplete,
                            !noScan,
                            hash,
                            Version.text());
            if (kernel != null) {
                request = request.take(kernel);
            }
            if (guest != null) {
                request = request.of(guest);
            }
            // Not before the image is open: a wrong file name leaves nothing behind.
            try (Ingest ingest = Ingest.open(isf == null ? request : request.with(isf), progress);
                    Load load = home.begin(name)) {
                GuestGraph graph = ingest.read();
                CheckpointInfo info = load.finish(graph, progress);
                summarise(info, AnomalyCounts.of(graph), progress);
            }
        }
        return ExitCode.DONE;
    }

    private static void summarise(
            CheckpointInfo info, Map<String, Long> anomalies, ConsoleProgress progress) {
        Map<String, Long> nodes = info.nodes();
        progress.say(
                String.format(
                        Locale.ROOT,
                        "%s: %,d tasks, %,d mms, %,d tables, %,d ranges, %,d relationships in %.1f"
                                + " s",
                        info.name(),
                        nodes.getOrDefault("Task", 0L),
                        nodes.getOrDefault("MmStruct", 0L),
                        nodes.getOrDefault("PageTable", 0L),
                        nodes.getOrDefault("PageRange", 0L),
                        info.relationships().values().stream().mapToLong(n -> n).sum(),
                        progress.seconds()));
        if (anomalies.isEmpty()) {
            progress.say("no anomalies");
        } else {
            anomalies.forEach(
                    (kind, n) ->
                            progress.say(
                                    String.format(
                                            Locale.ROOT,
                                            "%,8d × anomaly %s",
                                            n,
                                            Printable.of(kind))));
        }
    }
}
