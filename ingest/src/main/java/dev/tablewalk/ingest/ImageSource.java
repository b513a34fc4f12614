package dev.tablewalk.ingest;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.memory.RamRange;
import java.nio.file.Path;
import java.util.List;

/**
 * Where RAM is to be read from.
 *
 * @param files one file of any format, or several raw ones that follow each other
 * @param scratch a folder for what has to be unpacked as a whole before it is read
 * @param ram where RAM lies, each {@code PA:SIZE[@FILE_OFFSET]}, in files that are then taken for
 *     raw, but for compressed ones and migration streams, where offsets count in what they hold:
 *     the blocks of RAM one behind the other; empty to have it found
 * @param kernel number of one of several kernels in RAM, from 1, to take on purpose; 0 for the one
 *     that runs
 */
public record ImageSource(List<Path> files, Path scratch, List<String> ram, int kernel) {
    /** One of whose kernels that is taken which runs. */
    public ImageSource(List<Path> files, Path scratch, List<String> ram) {
        this(files, scratch, ram, 0);
    }

    /** The same, with one of several kernels taken on purpose. */
    public ImageSource take(int number) {
        return new ImageSource(files, scratch, ram, number);
    }

    /** What finds the kernel in the image. */
    KernelFinder finder(Image image, Progress progress) {
        return new KernelFinder(image, parts(image), progress).take(kernel);
    }

    /**
     * Opens the files.
     *
     * @throws UserError if they cannot be read
     */
    Image open(Progress progress) {
        return Image.open(files, !ram.isEmpty(), scratch, progress);
    }

    /**
     * Where RAM lies in the image, if the user or the format says so.
     *
     * @throws UserError if what the user says cannot be so
     */
    List<RamRange> parts(Image image) {
        return ram.isEmpty() ? image.parts() : RamArguments.parse(ram, image.bytes().size());
    }
}
