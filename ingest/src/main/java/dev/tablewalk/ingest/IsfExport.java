package dev.tablewalk.ingest;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.btf.Btf;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.isf.IsfWriter;
import dev.tablewalk.ingest.kernel.Kernel;
import java.io.IOException;
import java.io.Writer;

/**
 * Writes the types and symbols of the kernel in an image as a symbol file of Volatility 3's.
 *
 * @param source where RAM is to be read from
 * @param identity what a checkpoint says of the image, which must still be so; empty to take any
 * @param toolVersion of the program that asks
 */
public record IsfExport(ImageSource source, String identity, String toolVersion) {
    /**
     * Reads the kernel and writes the file. Cost: that of finding the kernel, and a pass over its
     * BTF and kallsyms; no task and no page table is read.
     *
     * @throws UserError if the image is not the one that it was, or its kernel has no BTF
     */
    public void write(Writer to, Progress progress) throws IOException {
        try (Image opened = source.open(progress)) {
            Checkpoints.requireSame(opened, identity);
            progress.stage("find kernel", 0);
            Kernel kernel = source.finder(opened, progress).find();
            if (!(kernel.types() instanceof Btf btf)) {
                throw UserError.image("the kernel in " + opened.path() + " has no BTF to write");
            }
            progress.stage("write symbol file", 0);
            IsfWriter.write(btf, IsfSymbols.of(kernel), toolVersion, to);
        }
    }
}
