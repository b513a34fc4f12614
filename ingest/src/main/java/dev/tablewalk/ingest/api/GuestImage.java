package dev.tablewalk.ingest.api;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.ImageSource;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The RAM of a Linux guest in one or more files, of any format that {@code tablewalk ingest} takes,
 * and how it is to be read. Files are not written to. Set up by one thread; each method returns the
 * same object.
 */
public final class GuestImage {
    private final List<Path> files;
    private List<String> ram = List.of();
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    private int kernel;
    private boolean incomplete;
    private boolean scan = true;
    private @Nullable Path symbols;
    private Progress progress = Progress.NONE;

    private GuestImage(List<Path> files) {
        this.files = files;
    }

    /**
     * An image.
     *
     * @param first its file
     * @param more further parts of a split dump, or raw files that follow the first
     */
    public static GuestImage of(Path first, Path... more) {
        return new GuestImage(Stream.concat(Stream.of(first), Stream.of(more)).toList());
    }

    /**
     * Says where RAM lies in raw files; it is found, and proved, if this is not called.
     *
     * @param ranges each {@code PA:SIZE[@FILE_OFFSET]}, such as {@code 0x40000000:512M}
     */
    public GuestImage ram(String... ranges) {
        ram = List.of(ranges);
        return this;
    }

    /**
     * Says where compressed images are unpacked: the system's folder for temporary files, if this
     * is not called. What is unpacked is gone after {@link #read}.
     */
    public GuestImage scratch(Path folder) {
        scratch = folder;
        return this;
    }

    /**
     * Takes one of several kernels that RAM holds on purpose, and not the one that runs.
     *
     * @param number from 1, in the order in which the error that there are several names them
     * @throws IllegalArgumentException if the number is below 1
     */
    public GuestImage kernel(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("kernels are numbered from 1: " + number);
        }
        kernel = number;
        return this;
    }

    /** Takes the kernel's types from a symbol file of Volatility 3's, and not from its BTF. */
    public GuestImage symbols(Path isf) {
        symbols = isf;
        return this;
    }

    /** Goes on although the kernel has RAM that the image does not hold. */
    public GuestImage incomplete() {
        incomplete = true;
        return this;
    }

    /** Does not look through all of RAM for tables and tasks that nothing leads to: faster. */
    public GuestImage withoutScan() {
        scan = false;
        return this;
    }

    /** Tells how far the reading is. */
    public GuestImage progress(Progress hears) {
        progress = hears;
        return this;
    }

    /**
     * Reads it: a pass over the RAM that has been written to, and memory by what is mapped, not by
     * the size of RAM.
     *
     * @throws UserError if a file cannot be read, or holds nothing that can be understood; its
     *     message is one line that says what to do
     */
    public Guest read() {
        IngestRequest request =
                new IngestRequest(
                        String.valueOf(files.getFirst().getFileName()),
                        new ImageSource(files, scratch, ram, kernel),
                        false,
                        incomplete,
                        scan,
                        false,
                        version(),
                        Optional.empty(),
                        Optional.ofNullable(symbols));
        return new Guest(Ingest.read(request, progress));
    }

    private static String version() {
        return Objects.requireNonNullElse(
                GuestImage.class.getPackage().getImplementationVersion(), "unpackaged");
    }
}
