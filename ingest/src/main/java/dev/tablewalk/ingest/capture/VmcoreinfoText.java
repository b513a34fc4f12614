package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.Notes.CpuRegisters;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.nio.file.Path;
import java.util.List;

/** The text by which a guest's kernel describes itself, as a note of a core holds it. */
final class VmcoreinfoText {
    private VmcoreinfoText() {}

    /**
     * Looks for it in RAM that was copied. RAM has stale ones, of earlier kernels and of crash
     * kernels: that of the kernel which the vCPUs run is taken; where their registers are not
     * known, that of the one which is whole.
     *
     * @return the text, without its NUL; empty if there is none
     */
    static byte[] find(
            Path copy, List<RamRange> ranges, List<CpuRegisters> cpus, Progress progress) {
        try (Image image = Image.openRaw(copy)) {
            byte[] text = new KernelFinder(image, ranges, Progress.NONE).with(cpus).vmcoreinfo();
            if (text.length == 0) {
                progress.found(
                        "vmcoreinfo", "none", "no kernel in this RAM could be proved to run");
            } else {
                progress.found("vmcoreinfo", "Linux " + new Vmcoreinfo(text).release(), "");
            }
            return text;
        }
    }
}
