package dev.tablewalk.ingest;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to read, and how.
 *
 * @param name of the checkpoint
 * @param source where RAM is to be read from
 * @param sha256 whether to compute the image's digest, which reads all of it
 * @param incomplete go on although the kernel maps RAM that the image does not hold
 * @param scan whether to look through all of RAM for tables and tasks by their content
 * @param hash whether to hash every frame of RAM, which reads all of it
 * @param toolVersion of the program that asks
 * @param guest a name of the guest, if whoever asks knows better than the guest
 * @param isf symbol file that the kernel's types are taken from, and not from its own BTF
 */
public record IngestRequest(
        String name,
        ImageSource source,
        boolean sha256,
        boolean incomplete,
        boolean scan,
        boolean hash,
        String toolVersion,
        Optional<String> guest,
        Optional<Path> isf) {
    /** A request that takes the kernel's types from its own BTF. */
    public IngestRequest(
            String name,
            List<Path> images,
            Path scratch,
            List<String> ram,
            boolean sha256,
            boolean incomplete,
            boolean scan,
            boolean hash,
            String toolVersion) {
        this(
                name,
                new ImageSource(images, scratch, ram),
                sha256,
                incomplete,
                scan,
                hash,
                toolVersion,
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with one of several kernels taken on purpose, by its number. */
    public IngestRequest take(int kernel) {
        return new IngestRequest(
                name, source.take(kernel), sha256, incomplete, scan, hash, toolVersion, guest, isf);
    }

    /** The same, with the kernel's types from a symbol file. */
    public IngestRequest with(Path symbolFile) {
        return new IngestRequest(
                name,
                source,
                sha256,
                incomplete,
                scan,
                hash,
                toolVersion,
                guest,
                Optional.of(symbolFile));
    }

    /** The same, of a guest whose name is known. */
    public IngestRequest of(String guestName) {
        return new IngestRequest(
                name,
                source,
                sha256,
                incomplete,
                scan,
                hash,
                toolVersion,
                Optional.of(guestName),
                isf);
    }
}
