package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.memory.Image;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** The text by which a guest's kernel describes itself, as a note of a core holds it. */
final class VmcoreinfoText {
    private VmcoreinfoText() {}

    /**
     * Looks for it in RAM that was copied. RAM has stale ones, of earlier kernels and of crash
     * kernels: only the one whose map of memory holds is taken.
     *
     * @return the text, without its NUL; empty if there is none
     */
    static byte[] find(Path copy, List<RamRange> ranges, Progress progress) {
        try (Image image = Image.open(copy)) {
            OptionalLong offset = new KernelFinder(image, ranges, Progress.NONE).vmcoreinfo();
            if (offset.isEmpty()) {
                progress.found("vmcoreinfo", "none", "no kernel in this RAM could be proved");
                return new byte[0];
            }
            byte[] bytes = image.copy(offset.getAsLong(), Vmcoreinfo.MAX_BYTES);
            int end = 0;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            byte[] text = Arrays.copyOf(bytes, end);
            progress.found("vmcoreinfo", "Linux " + new Vmcoreinfo(text).release(), "");
            return text;
        }
    }
}
