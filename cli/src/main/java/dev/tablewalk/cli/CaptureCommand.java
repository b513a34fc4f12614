package dev.tablewalk.cli;

import dev.tablewalk.cli.input.GuestOptions;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.ingest.capture.Capture;
import dev.tablewalk.ingest.capture.Captured;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes the RAM of a running guest. */
@Command(
        name = "capture",
        description = {
            "Take the RAM of a guest that runs in QEMU on this machine, and its CPUs' registers,"
                    + " into an ELF core file. RAM is copied while the guest runs; then the guest"
                    + " is stopped while what has changed is copied again. It runs again after,"
                    + " if it ran before.",
            "It is quick where QEMU's memory backend is a file (-object"
                + " memory-backend-file,share=on, or memfd), and takes no time to speak of where"
                + " the file system of both can share blocks (XFS, Btrfs). Else QEMU writes a dump"
                + " first, while the guest stands still."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk capture guest.elf --qmp /run/guest/qmp.sock",
            "  tablewalk capture guest.elf --qmp 127.0.0.1:4444 --no-registers",
            "  tablewalk capture guest.elf --libvirt my-guest --force",
            "",
            "Should tablewalk be killed outright (kill -9) while the guest is stopped, the guest"
                    + " stays stopped. Let it run with QMP's cont:",
            "  echo '{\"execute\":\"qmp_capabilities\"}{\"execute\":\"cont\"}' | socat -t 1 -"
                    + " UNIX-CONNECT:/run/guest/qmp.sock",
            "  virsh qemu-monitor-command my-guest '{\"execute\":\"cont\"}'",
            "What it has left beside the file is removed by the next capture to the same name."
        })
final class CaptureCommand extends Verb {
    @Parameters(paramLabel = "OUT", description = "The file to write.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path out;

    @Mixin private GuestOptions guest = new GuestOptions();

    @Option(names = "--force", description = "Write over OUT if it exists.")
    private boolean force;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        try (ConsoleProgress progress = reporting.begin(this)) {
            Captured captured =
                    Capture.take(guest.request(out, force, invocation().place()), progress);
            progress.say(
                    String.format(
                            Locale.ROOT,
                            "%s: %s of RAM, %s of it data; the guest stood still for %.3f s",
                            out,
                            Quantity.bytes(captured.ram()),
                            Quantity.bytes(captured.data()),
                            captured.standstill().toNanos() / 1e9));
        }
        return ExitCode.DONE;
    }
}
